package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import java.util.List;

/** People with a box each, best first; the objects' model asked for one class. */
public final class PeopleDetection implements Predictor {
  private static final String LABEL = ObjectModel.CLASSES.get(ObjectModel.PERSON);
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "PeopleDetection",
          "Finds people, not who they are",
          Offers.OBJECTS,
          Offers.number("threshold", "Least confidence of a person, 0..1", "0.4", 0.05, 1),
          Offers.integer("maxResults", "Most people per picture", "50", 1, 100));

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
    return model.detect(content, ObjectModel.PERSON, threshold, limit).stream()
        .map(
            found ->
                Prediction.newBuilder()
                    .setFeature(OFFER.getName())
                    .setLabel(LABEL)
                    .setConfidence(found.score())
                    .setBox(found.box())
                    .build())
        .toList();
  }
}
