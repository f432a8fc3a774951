package io.fanfold.ingest.dialect;

import io.fanfold.schemas.JobIds;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Job ids as UUIDs, for dialects whose ids look so: version 8 (RFC 9562), whose bits are ours to
 * choose. The id's 53 bits are spread over the first two fields, so that UUIDs sort as ids do; what
 * remains is fixed, and a UUID that differs there is no job's.
 */
public final class JobUuids {

  private static final int LOW_BITS = 5;
  private static final long VERSION = 0x8000L;
  private static final int LOW_SHIFT = 7;

  // The variant, then "fanfold" as far as it goes.
  private static final long REST = 0x8066616e666f6c64L;

  private JobUuids() {}

  public static UUID of(long jobId) {
    long high = jobId >>> LOW_BITS << 16;
    long low = (jobId & (1L << LOW_BITS) - 1) << LOW_SHIFT;
    return new UUID(high | VERSION | low, REST);
  }

  /** The job id a UUID stands for, if it is one of ours. */
  public static OptionalLong parse(String text) {
    UUID uuid;
    try {
      uuid = UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
    long bits = uuid.getMostSignificantBits();
    long id = bits >>> 16 << LOW_BITS | bits >>> LOW_SHIFT & (1L << LOW_BITS) - 1;
    return id > 0
            && id <= JobIds.MAX
            && uuid.toString().equalsIgnoreCase(text)
            && of(id).equals(uuid)
        ? OptionalLong.of(id)
        : OptionalLong.empty();
  }
}
