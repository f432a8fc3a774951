package io.fanfold.schemas;

import java.time.Clock;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Job ids: positive integers below 2^53, so that JavaScript reads them exactly, time-ordered when
 * they come from here. 41 bits of milliseconds since 2015, 5 bits of instance, 7 bits of sequence.
 *
 * <p>Producers to {@code job-submissions} may choose any id in range; the decimal form without
 * leading zeros is the record key everywhere.
 */
public final class JobIds {

  /** The largest id. */
  public static final long MAX = (1L << 53) - 1;

  /** Instances are 0 to this. */
  public static final int MAX_INSTANCE = 31;

  private static final long EPOCH_MS = Instant.parse("2015-01-01T00:00:00Z").toEpochMilli();
  private static final int LOW_BITS = 12;
  private static final int SEQUENCE_BITS = 7;

  private final Clock clock;
  private final int instance;
  private long last;

  /**
   * @param instance 0 to {@value #MAX_INSTANCE}; two processes with the same one can collide
   */
  public JobIds(Clock clock, int instance) {
    if (instance < 0 || instance > MAX_INSTANCE) {
      throw new IllegalArgumentException("instance must be 0 to " + MAX_INSTANCE);
    }
    this.clock = clock;
    this.instance = instance;
  }

  /**
   * The next id, greater than every earlier one of this instance even when the clock steps back.
   */
  public synchronized long next() {
    long slot = (clock.millis() - EPOCH_MS) << SEQUENCE_BITS;
    last = Math.max(slot, last + 1);
    long millis = last >>> SEQUENCE_BITS;
    long sequence = last & ((1L << SEQUENCE_BITS) - 1);
    return millis << LOW_BITS | (long) instance << SEQUENCE_BITS | sequence;
  }

  /** When an id from {@link #next} was made; meaningless for ids chosen by producers. */
  public static Instant time(long id) {
    return Instant.ofEpochMilli((id >>> LOW_BITS) + EPOCH_MS);
  }

  /** The id a key or a path segment names, if it is one: canonical decimal, 1 to 2^53 - 1. */
  public static OptionalLong parse(String text) {
    if (text == null || text.isEmpty() || text.length() > 16 || text.charAt(0) == '0') {
      return OptionalLong.empty();
    }
    long id = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return OptionalLong.empty();
      }
      id = id * 10 + (c - '0');
    }
    return id > MAX ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /** The key of a job's records. */
  public static String key(long jobId) {
    return Long.toString(jobId);
  }

  /** The key of a batch. */
  public static String batchKey(long jobId, int batchIndex) {
    return jobId + "/" + batchIndex;
  }

  /**
   * The key of a chunk of results; unique, so that the topic itself can be a store's changelog.
   *
   * @param attempt the batch's attempt
   * @param firstResult how many results of this batch and attempt came before
   */
  public static String chunkKey(long jobId, int batchIndex, int attempt, int firstResult) {
    return jobId + "/" + batchIndex + "/" + attempt + "." + firstResult;
  }
}
