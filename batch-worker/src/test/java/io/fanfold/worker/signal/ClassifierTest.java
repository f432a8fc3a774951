package io.fanfold.worker.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs with {@code -Dfanfold.seed=n}, or with a seed of its own that it prints. */
final class ClassifierTest {
  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());
  private static final float LN_3 = (float) Math.log(3);

  static {
    System.out.println("fanfold.seed=" + SEED);
  }

  @Test
  void scores_are_those_that_were_worked_out_by_hand() {
    var linear =
        new Classifier.Linear(new float[][] {{1, 0}, {0, 2 * LN_3}}, new float[] {0, LN_3});

    assertThat(linear.scores(new float[] {0, 0}))
        .containsExactly(new float[] {0.25f, 0.75f}, within(1e-6f));
    // One of eight bits is 127 steps of 8 / 127, the other weight's 127 of its own.
    for (Classifier classifier : new Classifier[] {linear, Classifier.Quantised.of(linear)}) {
      assertThat(classifier.scores(new float[] {LN_3, -0.5f}))
          .containsExactly(new float[] {0.75f, 0.25f}, within(0.02f));
    }
  }

  @Test
  void sums_no_power_can_hold_still_make_scores() {
    var linear = new Classifier.Linear(new float[][] {{1e6f}, {-1e6f}}, new float[] {0, 0});

    assertThat(linear.scores(new float[] {1e6f})).containsExactly(1, 0);
  }

  @Test
  void features_of_eight_bits_end_at_eight_deviations() {
    var linear = new Classifier.Linear(new float[][] {{0.1f}, {0}}, new float[] {0, 0});
    Classifier coarse = Classifier.Quantised.of(linear);

    assertThat(coarse.scores(new float[] {100})).isEqualTo(coarse.scores(new float[] {8}));
    assertThat(coarse.scores(new float[] {-100})).isEqualTo(coarse.scores(new float[] {-8}));
    assertThat(coarse.scores(new float[] {8}))
        .containsExactly(linear.scores(new float[] {8}), within(1e-3f));
  }

  @Test
  void eight_bits_come_close_for_any_weights() {
    var random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      float[][] weights = new float[3][100];
      float[] features = new float[100];
      for (int f = 0; f < features.length; f++) {
        features[f] = (float) Math.max(-8, Math.min(8, random.nextGaussian()));
        for (float[] ofLabel : weights) {
          ofLabel[f] = (float) (0.1 * random.nextGaussian());
        }
      }
      var linear = new Classifier.Linear(weights, new float[] {0.3f, 0, -0.3f});

      assertThat(Classifier.Quantised.of(linear).scores(features))
          .as("fanfold.seed=" + SEED)
          .containsExactly(linear.scores(features), within(0.05f));
    }
  }
}
