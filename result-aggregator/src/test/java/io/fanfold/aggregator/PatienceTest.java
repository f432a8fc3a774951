package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class PatienceTest {

  private long now;
  private int looks;
  private final Patience patience =
      new Patience(Duration.ofSeconds(1), 1, () -> now, wait -> now += wait.toNanos());

  @Test
  void what_is_there_is_not_waited_for() {
    assertThat(patience.find(() -> Optional.of("here"))).contains("here");
    assertThat(now).isZero();
  }

  @Test
  void what_comes_is_found() {
    assertThat(patience.find(after(3))).contains("here");
    assertThat(looks).isEqualTo(3);
  }

  @Test
  void what_does_not_come_is_given_up() {
    assertThat(patience.find(after(1000))).isEmpty();
    assertThat(Duration.ofNanos(now)).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_100));
    assertThat(looks).isBetween(15, 30);
  }

  @Test
  void a_look_that_takes_long_is_part_of_the_wait() {
    Supplier<Optional<String>> slow =
        () -> {
          looks++;
          now += Duration.ofMillis(600).toNanos();
          return Optional.empty();
        };
    assertThat(patience.find(slow)).isEmpty();
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void who_comes_while_others_wait_looks_once() {
    var seen = new StringBuilder();
    Optional<String> found =
        patience.find(
            () -> {
              if (seen.isEmpty()) {
                seen.append("first look");
                return Optional.empty();
              }
              looks = 0;
              assertThat(patience.find(after(3))).isEmpty();
              assertThat(looks).isEqualTo(1);
              return Optional.of("here");
            });
    assertThat(found).contains("here");
    // And when they are done there is room again.
    looks = 0;
    assertThat(patience.find(after(3))).contains("here");
  }

  private Supplier<Optional<String>> after(int count) {
    return () -> ++looks < count ? Optional.empty() : Optional.of("here");
  }
}
