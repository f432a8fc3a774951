package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;

/** A vector of 1792 numbers and length 1; pictures that look alike have a high dot product. */
public final class ImageEmbedding implements Predictor {
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "ImageEmbedding", "A vector of length 1 to compare pictures by", Offers.MODERATION);

  private ModerationModel model;

  @Override
  public FeatureOffer offer() {
    return OFFER;
  }

  @Override
  public void start(PredictorContext context) {
    model = new ModerationModel(context.models());
  }

  @Override
  public void warmUp() throws PredictionException {
    model.load();
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters)
      throws PredictionException {
    List<Float> embedding = new ArrayList<>(ModerationModel.EMBEDDING_LENGTH);
    for (float value : model.view(content).embedding()) {
      embedding.add(value);
    }
    return List.of(
        Prediction.newBuilder().setFeature(OFFER.getName()).setEmbedding(embedding).build());
  }
}
