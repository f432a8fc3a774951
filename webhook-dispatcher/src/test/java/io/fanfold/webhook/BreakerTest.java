package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BreakerTest {

  private final Breaker breaker = new Breaker(3, 30_000);

  @Test
  void it_opens_after_failures_in_a_row_and_not_before() {
    breaker.failed(0);
    breaker.failed(0);
    breaker.succeeded();
    breaker.failed(0);
    breaker.failed(0);
    assertThat(breaker.waitMs(0)).isZero();

    breaker.failed(1_000);

    assertThat(breaker.waitMs(1_000)).isEqualTo(30_000);
    assertThat(breaker.waitMs(11_000)).isEqualTo(20_000);
  }

  @Test
  void after_the_pause_one_attempt_is_let_through_and_only_one() {
    open();

    assertThat(breaker.waitMs(30_000)).isZero();
    assertThat(breaker.waitMs(30_000)).isPositive();
    assertThat(breaker.waitMs(300_000)).isPositive();
  }

  @Test
  void a_probe_that_fails_opens_it_again_for_a_pause() {
    open();
    assertThat(breaker.waitMs(30_000)).isZero();

    breaker.failed(31_000);

    assertThat(breaker.waitMs(31_000)).isEqualTo(30_000);
    assertThat(breaker.waitMs(61_000)).isZero();
  }

  @Test
  void a_success_closes_it() {
    open();
    assertThat(breaker.waitMs(30_000)).isZero();

    breaker.succeeded();

    assertThat(breaker.waitMs(30_001)).isZero();
    assertThat(breaker.waitMs(30_001)).isZero();
    breaker.failed(30_002);
    assertThat(breaker.waitMs(30_002)).isZero();
  }

  @Test
  void a_probe_that_was_not_made_leaves_its_place_to_another() {
    open();
    assertThat(breaker.waitMs(30_000)).isZero();

    breaker.released();

    assertThat(breaker.waitMs(30_000)).isZero();
  }

  @Test
  void one_without_a_limit_never_opens() {
    var never = new Breaker(0, 30_000);
    for (int i = 0; i < 1_000; i++) {
      never.failed(0);
    }

    assertThat(never.waitMs(0)).isZero();
  }

  private void open() {
    for (int i = 0; i < 3; i++) {
      breaker.failed(0);
    }
  }
}
