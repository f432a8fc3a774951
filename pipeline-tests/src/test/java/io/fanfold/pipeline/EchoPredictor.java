package io.fanfold.pipeline;

import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.ParameterType;
import io.fanfold.schemas.Prediction;
import io.fanfold.worker.predict.Content;
import io.fanfold.worker.predict.Parameters;
import io.fanfold.worker.predict.PredictionException;
import io.fanfold.worker.predict.Predictor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Predicts what the content says, for tests of everything around predictors. Content {@code bad}
 * fails, {@code broken} throws, {@code flaky-N-...} fails N times before it works, and {@code
 * heals-...} fails for good once and works when its job is run again.
 */
public final class EchoPredictor implements Predictor {

  static final String FEATURE = "Echo";

  private final Map<String, Integer> tries = new ConcurrentHashMap<>();

  @Override
  public FeatureOffer offer() {
    return FeatureOffer.newBuilder()
        .setName(FEATURE)
        .setDescription("Says what the content says.")
        .setModel("echo")
        .setModelVersion("1")
        .setMediaTypes(List.of("*/*"))
        .setParameters(
            List.of(
                ParameterOffer.newBuilder()
                    .setName("delayMs")
                    .setType(ParameterType.INTEGER)
                    .setDescription("How long it takes, in milliseconds.")
                    .setDefaultValue("0")
                    .setMinimum(0d)
                    .setMaximum(60_000d)
                    .build()))
        .build();
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters)
      throws PredictionException {
    String text = new String(content.bytes(), StandardCharsets.UTF_8);
    long end = System.nanoTime() + parameters.integer("delayMs") * 1_000_000;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    if (text.startsWith("bad")) {
      throw new PredictionException(FailureCode.CORRUPT_INPUT, "the content says so");
    }
    if (text.startsWith("broken")) {
      throw new IllegalStateException("the content says so");
    }
    if (text.startsWith("heals-") && tries.merge(text, 1, Integer::sum) == 1) {
      throw new PredictionException(FailureCode.CORRUPT_INPUT, "not the first time, it says");
    }
    if (text.startsWith("flaky-")) {
      int failures = Integer.parseInt(text.split("-")[1]);
      if (tries.merge(text, 1, Integer::sum) <= failures) {
        throw new PredictionException(
            FailureCode.MODEL_UNAVAILABLE, "not yet, says the content", true, null);
      }
    }
    return List.of(
        Prediction.newBuilder().setFeature(FEATURE).setText(text).setConfidence(1f).build());
  }
}
