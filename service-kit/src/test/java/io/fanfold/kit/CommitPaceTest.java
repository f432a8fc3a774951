package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitPaceTest {

  private static final Duration EVERY = Duration.ofMillis(50);

  private final CommitPace pace = new CommitPace(EVERY);

  /** Asks once a millisecond, as somebody does who always has something to commit. */
  private long taken(long fromMs, long toMs) {
    long taken = 0;
    for (long ms = fromMs; ms < toMs; ms++) {
      taken += pace.take(ms * 1_000_000) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void theFirstFewWaitForNothing() {
    for (int i = 0; i < 8; i++) {
      assertThat(pace.take(5)).isTrue();
    }
    assertThat(pace.take(5)).isFalse();
  }

  @Test
  void afterThatThereIsOneInEachInterval() {
    assertThat(taken(0, 1_000)).isBetween(8L + 18, 8L + 20);
    assertThat(taken(1_000, 2_000)).isBetween(19L, 21L);
  }

  @Test
  void whereManyWaitThereIsACommitLessOften() {
    taken(0, 1_000);
    long commits = 0;
    for (long ms = 1_000; ms < 3_000; ms++) {
      pace.waits(1);
      commits += pace.take(ms * 1_000_000) ? 1 : 0;
    }
    // Sixteen intervals each, for 800 jobs.
    assertThat(commits).isBetween(2L, 4L);
  }

  @Test
  void oneAtATimeMakesLittleOfADifference() {
    taken(0, 1_000);
    long commits = 0;
    for (long ms = 1_000; ms < 3_000; ms++) {
      if (ms % 60 == 0) {
        pace.waits(1);
        commits += pace.take(ms * 1_000_000) ? 1 : 0;
      }
    }
    assertThat(commits).isGreaterThanOrEqualTo(33);
  }

  @Test
  void aPauseMakesThemFreeAgain() {
    taken(0, 1_000);
    for (int i = 0; i < 8; i++) {
      assertThat(pace.take(Duration.ofSeconds(2).toNanos())).isTrue();
    }
    assertThat(pace.take(Duration.ofSeconds(2).toNanos())).isFalse();
  }

  @Test
  void aClockThatGoesBackGivesNothingAway() {
    taken(0, 1_000);
    assertThat(pace.take(0)).isFalse();
    assertThat(taken(1_000, 1_050)).isLessThanOrEqualTo(1);
  }

  @Test
  void anIntervalIsPositive() {
    assertThatThrownBy(() -> new CommitPace(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
