package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Feature;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs with {@code -Dfanfold.seed=n}, or with a seed of its own that it prints. */
final class TruncationSweepTest {
  private static final int CUTS = 200;
  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());

  static {
    System.out.println("fanfold.seed=" + SEED);
  }

  static long seed() {
    return SEED;
  }

  @ParameterizedTest
  @MethodSource("jpegs")
  void a_jpeg_cut_anywhere_never_yields_a_prediction(String sample) {
    byte[] whole = Samples.bytes(sample);
    Random random = new Random(SEED ^ sample.hashCode());
    PredictorContext context = new PredictorContext(Samples::content, 1);
    try (Predictors predictors = Predictors.load(context)) {
      Feature feature = new Feature("ImageEmbedding", Map.of());
      for (int i = 0; i < CUTS; i++) {
        int length = i < 4 ? whole.length - 1 - i : random.nextInt(whole.length);
        Content cut = Content.of(Arrays.copyOf(whole, length));

        PredictionException failure =
            catchThrowableOfType(PredictionException.class, () -> predictors.predict(feature, cut));

        assertThat(failure)
            .as("%s cut to %d of %d, fanfold.seed=%d", sample, length, whole.length, SEED)
            .isNotNull();
        assertThat(failure.code())
            .isEqualTo(
                length == 0 || length >= 3
                    ? FailureCode.CORRUPT_INPUT
                    : FailureCode.UNSUPPORTED_FORMAT);
      }
    }
  }

  static Iterable<String> jpegs() {
    return Samples.JPEGS;
  }
}
