package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Point;
import io.fanfold.schemas.Prediction;
import java.util.List;

/** Lines of printed text, in reading order, with a box and an outline each. */
public final class TextDetection implements Predictor {
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "TextDetection",
          "Finds and reads lines of text, in reading order",
          Offers.TEXT,
          Offers.number("threshold", "Least confidence of a line, 0..1", "0.5", 0, 1),
          Offers.integer("maxLines", "Most lines read per picture", "200", 1, 1000));

  private TextModel model;

  @Override
  public FeatureOffer offer() {
    return OFFER;
  }

  @Override
  public void start(PredictorContext context) {
    model = new TextModel(context.models());
  }

  @Override
  public void warmUp() throws PredictionException {
    model.load();
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters)
      throws PredictionException {
    float threshold = (float) parameters.number("threshold");
    int limit = (int) parameters.integer("maxLines");
    return model.read(content, threshold, limit).stream().map(TextDetection::prediction).toList();
  }

  private static Prediction prediction(TextModel.Line line) {
    return prediction(OFFER.getName(), line).build();
  }

  /** A line as predictions show it. */
  static Prediction.Builder prediction(String feature, TextModel.Line line) {
    Quad place = line.place();
    return Prediction.newBuilder()
        .setFeature(feature)
        .setText(line.reading().text())
        .setConfidence(Detection.unit(line.reading().confidence()))
        .setBox(
            Detection.box(
                (float) place.left(),
                (float) place.top(),
                (float) place.right(),
                (float) place.bottom()))
        .setPolygon(
            place.corners().stream()
                .map(
                    c ->
                        new Point(
                            Detection.unit((float) c.x()), Detection.unit((float) c.y()), null))
                .toList());
  }
}
