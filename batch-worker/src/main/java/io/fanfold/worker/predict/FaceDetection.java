package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Point;
import io.fanfold.schemas.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Faces with a box and six keypoints each, best first. */
public final class FaceDetection implements Predictor {
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "FaceDetection",
          "Finds faces and where their eyes, nose, mouth and ears are, not whose they are",
          Offers.FACES,
          Offers.number("threshold", "Least confidence of a face, 0..1", "0.8", 0.05, 1),
          Offers.integer("maxResults", "Most faces per picture", "50", 1, 100));

  private FaceModel model;

  @Override
  public FeatureOffer offer() {
    return OFFER;
  }

  @Override
  public void start(PredictorContext context) {
    model = new FaceModel(context.models());
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
    return model.detect(content.picture(), threshold, limit).stream()
        .map(FaceDetection::prediction)
        .toList();
  }

  private static Prediction prediction(Detection face) {
    Map<String, Point> keypoints = new HashMap<>();
    for (int i = 0; i < FaceModel.KEYPOINTS.size(); i++) {
      Detection.Keypoint at = face.keypoints().get(i);
      keypoints.put(
          FaceModel.KEYPOINTS.get(i),
          new Point(Detection.unit(at.x()), Detection.unit(at.y()), null));
    }
    return Prediction.newBuilder()
        .setFeature(OFFER.getName())
        .setLabel("Face")
        .setConfidence(face.score())
        .setBox(face.box())
        .setKeypoints(keypoints)
        .build();
  }
}
