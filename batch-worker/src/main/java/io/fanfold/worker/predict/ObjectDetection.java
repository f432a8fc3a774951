package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import java.util.List;

/** Objects of 23 classes with a box each, best first. */
public final class ObjectDetection implements Predictor {
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "ObjectDetection",
          "Finds objects: "
              + String.join(", ", ObjectModel.CLASSES.subList(1, ObjectModel.CLASSES.size())),
          Offers.OBJECTS,
          Offers.number("threshold", "Least confidence of an object, 0..1", "0.4", 0.05, 1),
          Offers.integer("maxResults", "Most objects per picture", "50", 1, 100));

  private ObjectModel model;

  @Override
  public FeatureOffer offer() {
    return OFFER;
  }

  @Override
  public void start(PredictorContext context) {
    model = new ObjectModel(context.models());
  }

  @Override
  public void warmUp() throws PredictionException {
    model.load();
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters)
      throws PredictionException {
    float threshold = (float) parameters.number("threshold");
    int limit = (int) parameters.integer("maxResults");
    return model.detect(content, threshold, limit).stream()
        .map(
            found ->
                Prediction.newBuilder()
                    .setFeature(OFFER.getName())
                    .setLabel(ObjectModel.CLASSES.get(found.label()))
                    .setConfidence(found.score())
                    .setBox(found.box())
                    .build())
        .toList();
  }
}
