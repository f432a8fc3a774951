package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import java.util.List;

/**
 * Computes one feature for one content at a time. Implementations have a public constructor without
 * arguments and are named in {@code META-INF/services/io.fanfold.worker.predict.Predictor}.
 */
public interface Predictor extends AutoCloseable {

  /** What is computed, by which model, from which media types and with which parameters. Fixed. */
  FeatureOffer offer();

  /**
   * Called once, before anything else but {@link #offer()}. Must be quick: a heavy model waits for
   * {@link #warmUp()} or the first prediction.
   */
  default void start(PredictorContext context) {}

  /**
   * Loads what the first prediction would load. May be called again, by any thread.
   *
   * @throws PredictionException MODEL_UNAVAILABLE when the model cannot be loaded
   */
  default void warmUp() throws PredictionException {}

  /**
   * Computes the feature. Several threads call this at once, each with its own content.
   *
   * @return what was found; empty when there is nothing to find. Coordinates are 0..1 of width and
   *     height from the top left, confidences 0..1.
   * @throws PredictionException a failure with a code; any other exception counts as
   *     PREDICTOR_FAILED
   */
  List<Prediction> predict(Content content, Parameters parameters) throws PredictionException;

  /** Called once, last; no prediction is running. */
  @Override
  default void close() {}
}
