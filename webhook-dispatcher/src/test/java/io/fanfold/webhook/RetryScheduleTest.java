package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryScheduleTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final RandomGenerator MIDDLE = fixed(0.5);

  private final RetrySchedule schedule = RetrySchedule.DEFAULT;

  @ParameterizedTest
  @CsvSource({
    "1, PT5S",
    "2, PT5M",
    "3, PT30M",
    "4, PT2H",
    "5, PT5H",
    "6, PT10H",
    "7, PT14H",
    "8, PT20H",
    "9, PT24H"
  })
  void each_failed_attempt_has_its_delay(int attempt, Duration delay) {
    assertThat(after(attempt, 500, MIDDLE)).isEqualTo(delay);
  }

  @Test
  void the_tenth_failure_is_the_last_after_more_than_three_days() {
    assertThat(schedule.after(10, answered(500, null), NOW, MIDDLE))
        .isEqualTo(new DeliveryOutcome.GivenUp());
    assertThat(schedule.delays().stream().reduce(Duration.ZERO, Duration::plus))
        .isGreaterThan(Duration.ofHours(72));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void every_2xx_is_a_delivery_even_on_the_last_attempt(int status) {
    assertThat(schedule.after(10, answered(status, null), NOW, MIDDLE))
        .isEqualTo(new DeliveryOutcome.Delivered());
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 422, 500, 503})
  void nothing_else_is_a_delivery(int status) {
    assertThat(schedule.after(1, answered(status, null), NOW, MIDDLE))
        .isInstanceOf(DeliveryOutcome.RetryAt.class);
  }

  @Test
  void a_receiver_that_is_gone_and_an_attempt_that_cannot_be_made_end_it_at_once() {
    assertThat(schedule.after(1, answered(410, null), NOW, MIDDLE))
        .isEqualTo(new DeliveryOutcome.GivenUp());
    assertThat(schedule.after(1, new AttemptResult.Impossible(), NOW, MIDDLE))
        .isEqualTo(new DeliveryOutcome.GivenUp());
  }

  @ParameterizedTest
  @CsvSource({"0, PT4M", "0.25, PT4M30S", "0.5, PT5M", "0.75, PT5M30S"})
  void chance_moves_a_delay_by_a_fifth_at_most(double chance, Duration delay) {
    assertThat(after(2, 500, fixed(chance))).isEqualTo(delay);
  }

  @Test
  void no_delay_ever_leaves_its_bounds() {
    Random random = Seed.random(this);
    for (int i = 0; i < 10_000; i++) {
      int attempt = 1 + random.nextInt(9);
      Duration base = schedule.delays().get(attempt - 1);

      assertThat(after(attempt, 500, random).toMillis())
          .isBetween((long) (base.toMillis() * 0.8), (long) (base.toMillis() * 1.2));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 503, 0, PT5M", "2, 503, 299, PT5M", "2, 503, 400, PT6M40S", "2, 503, 600, PT10M",
    "2, 503, 601, PT10M", "2, 503, 999999999, PT10M", "1, 429, 1, PT1M", "1, 429, 90, PT1M30S",
    "1, 429, 500, PT2M", "1, 502, 7, PT7S"
  })
  void a_receiver_may_ask_for_up_to_twice_the_delay(
      int attempt, int status, long seconds, Duration delay) {
    var result = answered(status, Duration.ofSeconds(seconds));

    assertThat(schedule.after(attempt, result, NOW, MIDDLE))
        .isEqualTo(new DeliveryOutcome.RetryAt(NOW.plus(delay)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.99})
  void an_overloaded_receiver_is_left_alone_for_a_minute(double chance) {
    assertThat(after(1, 429, fixed(chance))).isGreaterThanOrEqualTo(Duration.ofSeconds(60));
    assertThat(schedule.after(1, new AttemptResult.TimedOut(), NOW, fixed(chance)))
        .isInstanceOfSatisfying(
            DeliveryOutcome.RetryAt.class,
            retry -> assertThat(retry.time()).isAfterOrEqualTo(NOW.plusSeconds(60)));
  }

  @Test
  void a_receiver_that_cannot_be_reached_is_tried_again_soon() {
    assertThat(schedule.after(1, new AttemptResult.Unreachable(), NOW, MIDDLE))
        .isEqualTo(new DeliveryOutcome.RetryAt(NOW.plusSeconds(5)));
  }

  @Test
  void without_delays_there_is_one_attempt() {
    assertThat(new RetrySchedule(List.of()).after(1, new AttemptResult.Unreachable(), NOW, MIDDLE))
        .isEqualTo(new DeliveryOutcome.GivenUp());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "120 | PT2M",
        " 0 | PT0S",
        "Thu, 01 Jan 2026 00:01:00 GMT | PT1M",
        "Wed, 31 Dec 2025 00:00:00 GMT | PT0S",
        "-1 | -",
        "soon | -",
        "1e9 | -",
        "99999999999999999999 | -",
        "1.5 | -"
      })
  void retry_after_is_seconds_or_a_date(String header, Duration expected) {
    assertThat(RetryAfter.parse(header, NOW).orElse(null)).isEqualTo(expected);
  }

  private Duration after(int attempt, int status, RandomGenerator random) {
    var outcome = schedule.after(attempt, answered(status, null), NOW, random);
    return Duration.between(NOW, ((DeliveryOutcome.RetryAt) outcome).time());
  }

  private static AttemptResult answered(int status, Duration retryAfter) {
    return new AttemptResult.Answered(status, retryAfter);
  }

  private static RandomGenerator fixed(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }
}
