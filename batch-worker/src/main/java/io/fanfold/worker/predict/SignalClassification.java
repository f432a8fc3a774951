package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import io.fanfold.schemas.Span;
import io.fanfold.worker.signal.Sensor;
import io.fanfold.worker.signal.SignalException;
import io.fanfold.worker.signal.SignalModel;
import io.fanfold.worker.signal.SignalModel.Variant;
import io.fanfold.worker.signal.SignalSample;
import io.fanfold.worker.signal.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What kind of signal a sample of sensors is, window by window, by a model that users train. */
public final class SignalClassification implements Predictor {
  private static final FeatureOffer OFFER =
      FeatureOffer.newBuilder()
          .setName("SignalClassification")
          .setDescription(
              "Classifies the windows of a sample of sensors, and says how strange they are")
          .setModel(Offers.SIGNAL.name())
          .setModelVersion(Offers.SIGNAL.version())
          .setMediaTypes(List.of("application/json", "text/csv"))
          .setParameters(
              List.of(
                  Offers.string("model", "URI of a file that fanfold train has written", null),
                  Offers.number(
                      "threshold",
                      "Least confidence of a label, 0..1; below it a window is uncertain",
                      "0.6",
                      0,
                      1),
                  Offers.string(
                      "variant", "Arithmetic of the classifier: float32 or int8", "float32")))
          .build();

  /** What a window is told by. */
  private static final String LEARN_BLOCKS = "Classifier;Anomaly detection";

  private SignalModels models;

  @Override
  public FeatureOffer offer() {
    return OFFER;
  }

  @Override
  public void start(PredictorContext context) {
    models = new SignalModels(context.contents());
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters)
      throws PredictionException {
    Variant variant = variant(parameters.string("variant"));
    double threshold = parameters.number("threshold");
    SignalModel model = models.model(parameters.string("model"));
    try {
      SignalSample sample = SignalSample.read(content.bytes(), content.mediaType());
      List<Prediction> predictions = new ArrayList<>();
      for (Window window : model.classify(sample, variant)) {
        Map<String, Object> attributes = new HashMap<>();
        if (predictions.isEmpty()) {
          describe(sample, model, attributes);
        }
        if (window.padded()) {
          attributes.put("padded", true);
        }
        predictions.add(prediction(window, threshold, attributes));
      }
      return predictions;
    } catch (SignalException e) {
      throw new PredictionException(e.code(), e.getMessage(), false, e);
    }
  }

  private static Variant variant(String name) throws InvalidParameterException {
    return switch (name) {
      case "float32" -> Variant.FLOAT32;
      case "int8" -> Variant.INT8;
      default ->
          throw new InvalidParameterException(
              "variant", "parameter 'variant' must be float32 or int8; there is no " + name);
    };
  }

  private static Prediction prediction(
      Window window, double threshold, Map<String, Object> attributes) {
    return Prediction.newBuilder()
        .setFeature(OFFER.getName())
        .setLabel(window.label(threshold))
        .setConfidence(window.confidence())
        .setScores(window.scores())
        .setAnomaly(window.anomaly())
        .setSpan(new Span(window.startMs(), window.endMs()))
        .setAttributes(attributes)
        .build();
  }

  /** The first prediction carries it for all, as a sample may have thousands. */
  private static void describe(
      SignalSample sample, SignalModel model, Map<String, Object> attributes) {
    attributes.put("intervalMs", sample.intervalMs());
    attributes.put("frequencyHz", 1000 / sample.intervalMs());
    attributes.put("windowMs", model.windowMs());
    attributes.put("windowStepMs", model.windowStepMs());
    attributes.put("valuesCount", (double) sample.rows());
    attributes.put("totalLengthMs", sample.lengthMs());
    attributes.put(
        "sensors",
        sample.sensors().stream()
            .map(SignalClassification::described)
            .collect(Collectors.joining(";")));
    attributes.put("learnBlocks", LEARN_BLOCKS);
  }

  private static String described(Sensor sensor) {
    return plain(sensor.name()) + "|" + plain(sensor.units());
  }

  private static String plain(String text) {
    return text.replace(';', ' ').replace('|', ' ');
  }
}
