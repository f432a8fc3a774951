package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatesTest {

  private static final AttemptResult FAILURE = new AttemptResult.Answered(500, null);
  private static final AttemptResult SUCCESS = new AttemptResult.Answered(204, null);

  private final Gates gates = new Gates(2, 10_000);

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1, 3, 7.5, 200})
  void a_rate_is_kept_over_any_second_but_the_first_and_used_to_the_full(double perSecond) {
    Random random = Seed.random(this);
    long allowed = 0;
    long nowMs = 0;
    while (nowMs < 100_000) {
      long wait = gates.waitMs("r", perSecond, nowMs);
      if (wait == 0) {
        allowed++;
      } else {
        // Sometimes one asks too early, and is told so.
        nowMs += random.nextInt(4) == 0 ? Math.max(1, wait / 2) : wait;
      }
    }
    double most = Math.max(1, perSecond) + 100 * perSecond;
    assertThat((double) allowed).isBetween(most * 0.95 - 1, most + 1);
  }

  @Test
  void without_a_rate_nothing_is_held_back() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(gates.waitMs("r", null, 0)).isZero();
    }
  }

  @Test
  void a_receiver_that_fails_is_left_alone_and_others_are_not() {
    gates.ended("bad", FAILURE, 0);
    gates.ended("bad", new AttemptResult.TimedOut(), 0);

    assertThat(gates.waitMs("bad", null, 0)).isEqualTo(10_000);
    assertThat(gates.waitMs("good", null, 0)).isZero();
    assertThat(gates.waitMs("bad", null, 10_000)).isZero();
    gates.ended("bad", SUCCESS, 10_001);
    assertThat(gates.waitMs("bad", null, 10_001)).isZero();
    assertThat(gates.waitMs("bad", null, 10_001)).isZero();
  }

  @Test
  void what_is_no_fault_of_the_receiver_does_not_count() {
    for (int i = 0; i < 10; i++) {
      gates.ended("r", new AttemptResult.Impossible(), 0);
      gates.ended("r", new AttemptResult.Unready(), 0);
    }

    assertThat(gates.waitMs("r", null, 0)).isZero();
  }

  @Test
  void a_probe_that_the_rate_does_not_allow_yet_is_still_to_be_made() {
    assertThat(gates.waitMs("r", 1.0, 0)).isZero();
    gates.ended("r", FAILURE, 0);
    gates.ended("r", FAILURE, 9_800);
    // The breaker lets one through from 19,800 on; take the token before it does.
    assertThat(gates.waitMs("r", 1.0, 19_800)).isZero();
    gates.ended("r", new AttemptResult.Impossible(), 19_800);

    assertThat(gates.waitMs("r", 1.0, 19_801)).isBetween(1L, 1_000L);
    assertThat(gates.waitMs("r", 1.0, 20_800)).isZero();
  }

  @Test
  void a_slower_rate_holds_from_the_next_attempt_on() {
    assertThat(gates.waitMs("r", 100.0, 0)).isZero();

    assertThat(gates.waitMs("r", 0.1, 0)).isZero();
    assertThat(Duration.ofMillis(gates.waitMs("r", 0.1, 0))).isEqualTo(Duration.ofSeconds(10));
  }
}
