package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StandstillsTest {

  // Any origin will do, also one that overflows.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
  private final Standstills standstills = new Standstills(now::get);

  @Test
  void who_goes_on_all_the_time_has_not_stood_still() {
    for (int i = 0; i < 100; i++) {
      pass(Standstills.HARMLESS);
      assertThat(standstills.count()).isZero();
    }
  }

  @Test
  void whoever_asks_first_takes_notice_and_everybody_after_that() {
    pass(Standstills.HARMLESS.plusNanos(1));
    assertThat(standstills.count()).isEqualTo(1);
    assertThat(standstills.count()).isEqualTo(1);
    pass(Duration.ofMillis(250));
    assertThat(standstills.count()).isEqualTo(1);
    pass(Duration.ofHours(2));
    assertThat(standstills.count()).isEqualTo(2);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
