package io.fanfold.benchmarks;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import io.fanfold.worker.predict.Content;
import io.fanfold.worker.predict.Parameters;
import io.fanfold.worker.predict.Predictor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Computes nothing and answers about 165 bytes per item: what is left is the cost of everything
 * around a predictor.
 */
public final class NoOpPredictor implements Predictor {

  static final String FEATURE = "NoOp";

  /** Makes a whole result of one item about 165 bytes long. */
  private static final int TEXT_LENGTH = 112;

  /** So many different answers that compression finds no more in them than in real ones. */
  private static final int ANSWERS = 1024;

  private static final List<List<Prediction>> PREDICTIONS = predictions();

  @Override
  public FeatureOffer offer() {
    return FeatureOffer.newBuilder()
        .setName(FEATURE)
        .setDescription("Nothing, at once; for benchmarks.")
        .setModel("no-op")
        .setModelVersion("1")
        .setMediaTypes(List.of("*/*"))
        .setParameters(List.of())
        .build();
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters) {
    return answer(Arrays.hashCode(content.bytes()));
  }

  static List<Prediction> answer(int seed) {
    return PREDICTIONS.get(Math.floorMod(seed, ANSWERS));
  }

  private static List<List<Prediction>> predictions() {
    var random = new Random(ANSWERS);
    return random
        .ints(ANSWERS)
        .mapToObj(
            seed ->
                List.of(
                    Prediction.newBuilder()
                        .setFeature(FEATURE)
                        .setLabel("label-" + Math.floorMod(seed, 100))
                        .setConfidence(random.nextFloat())
                        .setText(text(random))
                        .build()))
        .toList();
  }

  private static String text(Random random) {
    var text = new StringBuilder(TEXT_LENGTH);
    while (text.length() < TEXT_LENGTH) {
      text.append(Character.forDigit(random.nextInt(36), 36));
    }
    return text.toString();
  }
}
