package io.fanfold.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

final class JobIdsTest {

  private final SetClock clock = new SetClock(Instant.parse("2026-01-31T12:00:00Z"));

  @Test
  void ids_have_16_digits_and_fit_a_javascript_number() {
    // 2046 is far enough off; ids got their 16th digit in 2022.
    for (String time : new String[] {"2026-01-01T00:00:00Z", "2046-12-31T23:59:59Z"}) {
      clock.now = Instant.parse(time);
      long id = new JobIds(clock, JobIds.MAX_INSTANCE).next();

      assertThat(Long.toString(id)).hasSize(16);
      assertThat(id).isPositive().isLessThanOrEqualTo(JobIds.MAX);
      assertThat((long) (double) id).isEqualTo(id);
    }
  }

  @Test
  void an_id_tells_when_it_was_made() {
    assertThat(JobIds.time(new JobIds(clock, 31).next())).isEqualTo(clock.now);
  }

  @Test
  void ids_grow_within_a_millisecond_and_run_on_into_the_next() {
    var ids = new JobIds(clock, 5);
    long last = 0;
    for (int i = 0; i < 1_000; i++) {
      long id = ids.next();
      assertThat(id).isGreaterThan(last);
      last = id;
    }
  }

  @Test
  void ids_grow_when_the_clock_steps_back() {
    var ids = new JobIds(clock, 0);
    long before = ids.next();

    clock.now = clock.now.minusSeconds(600);
    long during = ids.next();
    clock.now = clock.now.plusSeconds(601);
    long after = ids.next();

    assertThat(during).isGreaterThan(before);
    assertThat(after).isGreaterThan(during);
    assertThat(JobIds.time(after)).isEqualTo(clock.now);
  }

  @Test
  void ids_grow_and_are_unique_across_instances_however_the_clock_moves() {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println("fanfold.seed=" + seed);
    var random = new Random(seed);
    var instances = IntStream.rangeClosed(0, 31).mapToObj(i -> new JobIds(clock, i)).toList();
    var last = new long[32];
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      clock.now = clock.now.plusMillis(random.nextInt(21) - 10);
      int instance = random.nextInt(32);
      long id = instances.get(instance).next();

      assertThat(id).as("seed %d", seed).isGreaterThan(last[instance]);
      assertThat(seen.add(id)).as("seed %d: %d is new", seed, id).isTrue();
      last[instance] = id;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 32})
  void instances_are_0_to_31(int instance) {
    assertThatThrownBy(() -> new JobIds(clock, instance))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("31");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "0",
        "00",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1\0",
        "1.0",
        "1e3",
        "0x1",
        "1_000",
        "1,000",
        "abc",
        "9007199254740992",
        "9999999999999999",
        "10000000000000000",
        "9223372036854775808",
        "99999999999999999999999999",
        "\u0661\u0662",
        "\u0967",
        "\uff11",
        "1\u0660",
        "\uD835\uDFCE",
        "1/0",
      })
  void what_is_no_canonical_id_is_none(String text) {
    assertThat(JobIds.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "9", "10", "1234567890123456", "9007199254740991"})
  void a_canonical_id_is_its_own_key(String text) {
    long id = JobIds.parse(text).orElseThrow();

    assertThat(id).isEqualTo(Long.parseLong(text));
    assertThat(JobIds.key(id)).isEqualTo(text);
  }

  @Test
  void keys_of_batches_and_chunks_begin_with_the_job() {
    assertThat(JobIds.batchKey(7, 0)).isEqualTo("7/0");
    assertThat(JobIds.chunkKey(7, 12, 1, 300)).isEqualTo("7/12/1.300");
  }

  private static final class SetClock extends Clock {

    private Instant now;

    SetClock(Instant now) {
      this.now = now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
