package io.fanfold.worker.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs with {@code -Dfanfold.seed=n}, or with a seed of its own that it prints. */
final class FftTest {
  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());

  static {
    System.out.println("fanfold.seed=" + SEED);
  }

  @Test
  void four_values_have_the_power_that_was_worked_out_by_hand() {
    // 1 2 3 4 is 10, -2+2i, -2 in the frequency domain.
    assertThat(new Fft(4).power(new double[] {1, 2, 3, 4}))
        .containsExactly(new double[] {25, 2, 1}, within(1e-12));
  }

  @Test
  void a_cosine_has_its_power_in_one_bin() {
    double[] frame = new double[64];
    for (int i = 0; i < 64; i++) {
      frame[i] = Math.cos(2 * Math.PI * 5 * i / 64);
    }

    double[] power = new Fft(64).power(frame);

    assertThat(power).hasSize(33);
    assertThat(power[5]).isCloseTo(16, within(1e-9));
    power[5] = 0;
    assertThat(power).containsExactly(new double[33], within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32, 64, 1024})
  void any_frame_has_the_power_that_the_definition_says(int length) {
    var random = new Random(SEED);
    double[] frame = random.doubles(length, -10, 10).toArray();

    double[] power = new Fft(length).power(frame);

    for (int bin = 0; bin <= length / 2; bin++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < length; i++) {
        double angle = 2 * Math.PI * ((long) bin * i % length) / length;
        re += frame[i] * Math.cos(angle);
        im -= frame[i] * Math.sin(angle);
      }
      assertThat(power[bin])
          .as("bin %d of %d, fanfold.seed=%d", bin, length, SEED)
          .isCloseTo((re * re + im * im) / length, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-8, 0, 1, 3, 48})
  void other_lengths_are_refused(int length) {
    assertThatThrownBy(() -> new Fft(length)).isInstanceOf(IllegalArgumentException.class);
  }
}
