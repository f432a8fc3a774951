package io.fanfold.worker.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpectralFeaturesTest {

  @Test
  void a_single_peak_has_the_features_that_were_worked_out_by_hand() throws Exception {
    double[] features = of(8, 0, 0, 0, 0, 0, 0, 0, 8);

    // Seven times -1 and once 7 about the mean: the moments are 7, 42 and 301.
    double[] expected = new double[7];
    expected[0] = Math.sqrt(7);
    expected[1] = 42 / Math.pow(7, 1.5);
    expected[2] = 301 / 49.0 - 3;
    // The peak alone is 8 at every frequency: 64 / 8.
    Arrays.fill(expected, 3, 7, Math.log10(8));
    assertThat(features).containsExactly(expected, within(1e-9));
  }

  @Test
  void what_goes_up_and_down_with_every_value_is_at_the_last_frequency() throws Exception {
    double[] features = of(8, 6, 4, 6, 4, 6, 4, 6, 4);

    assertThat(features)
        .containsExactly(new double[] {1, 0, -2, -10, -10, -10, Math.log10(8)}, within(1e-9));
  }

  @Test
  void a_sensor_that_stands_still_has_no_shape_and_no_power() throws Exception {
    assertThat(of(8, 9.81f, 9.81f, 9.81f, 9.81f, 9.81f, 9.81f, 9.81f, 9.81f))
        .containsExactly(new double[] {0, 0, 0, -10, -10, -10, -10}, within(1e-9));
  }

  @Test
  void power_is_the_most_of_the_frames_so_a_burst_is_not_averaged_away() throws Exception {
    float[] values = new float[125];
    for (int i = 32; i < 96; i++) {
      values[i] = (float) Math.cos(2 * Math.PI * 8 * (i - 32) / 64);
    }

    double[] features = of(125, values);

    assertThat(features).hasSize(3 + 32);
    assertThat(features[3 + 7]).isCloseTo(Math.log10(16), within(1e-3));
  }

  @Test
  void sensors_come_one_after_the_other_in_the_order_asked_for() throws Exception {
    float[] rows = new float[16];
    for (int i = 0; i < 8; i++) {
      rows[2 * i] = i % 2 == 0 ? 6 : 4;
      rows[2 * i + 1] = 1;
    }
    var sample = new SignalSample(List.of(new Sensor("a", ""), new Sensor("b", "")), 16, rows);

    double[] features = new SpectralFeatures(8).of(sample, 0, new int[] {1, 0});

    assertThat(features).hasSize(14);
    assertThat(features[0]).isZero();
    assertThat(features[7]).isCloseTo(1, within(1e-9));
  }

  private static double[] of(int rows, float... values) throws SignalException {
    var sample = new SignalSample(List.of(new Sensor("a", "")), 16, values);
    return new SpectralFeatures(rows).of(sample, 0, new int[] {0});
  }
}
