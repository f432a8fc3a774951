package io.fanfold.ingest.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.JobIds;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JobUuidsTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 31, 32, 33, 1_537_659_375_214_592L, JobIds.MAX - 1, JobIds.MAX})
  void a_job_has_one_uuid_and_it_leads_back(long id) {
    UUID uuid = JobUuids.of(id);

    assertThat(uuid.version()).isEqualTo(8);
    assertThat(uuid.variant()).isEqualTo(2);
    assertThat(JobUuids.parse(uuid.toString())).hasValue(id);
    assertThat(JobUuids.parse(uuid.toString().toUpperCase(java.util.Locale.ROOT))).hasValue(id);
  }

  @Test
  void uuids_sort_as_ids_do() {
    assertThat(JobUuids.of(31).toString()).isLessThan(JobUuids.of(32).toString());
    assertThat(JobUuids.of(1L << 40).toString()).isLessThan(JobUuids.of((1L << 40) + 1).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "1-1-1-1-1",
        "00000000-0000-8000-8066-616e666f6c64",
        "00000000-0001-8000-8066-616e666f6c65",
        "00000000-0001-4000-8066-616e666f6c64",
        "00000000-0001-8001-8066-616e666f6c64",
        "ffffffff-ffff-8f80-8066-616e666f6c64 ",
        "6b5195d6-cc05-4a99-a293-8d73be0aa37f"
      })
  void anything_else_is_no_jobs(String text) {
    assertThat(JobUuids.parse(text)).isEqualTo(OptionalLong.empty());
  }

  @Test
  void no_other_uuid_leads_to_a_job() {
    var random = new Random(7);
    UUID uuid = JobUuids.of(JobIds.MAX / 3);
    for (int i = 0; i < 128; i++) {
      UUID flipped =
          i < 64
              ? new UUID(uuid.getMostSignificantBits() ^ 1L << i, uuid.getLeastSignificantBits())
              : new UUID(
                  uuid.getMostSignificantBits(), uuid.getLeastSignificantBits() ^ 1L << i - 64);
      OptionalLong id = JobUuids.parse(flipped.toString());
      if (id.isPresent()) {
        assertThat(JobUuids.of(id.getAsLong())).isEqualTo(flipped);
      }
    }
    assertThat(JobUuids.parse(new UUID(random.nextLong(), random.nextLong()).toString())).isEmpty();
  }
}
