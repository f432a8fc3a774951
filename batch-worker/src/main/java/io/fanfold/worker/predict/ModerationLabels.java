package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How explicit a picture is: labels with a parent each, most confident first; none when safe. */
public final class ModerationLabels implements Predictor {
  private static final String EXPLICIT = "Explicit";
  private static final String SUGGESTIVE = "Suggestive";
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "ModerationLabels",
          "Says whether a picture is pornographic, drawn pornography or suggestive",
          Offers.MODERATION,
          Offers.number("minConfidence", "Least confidence of a label, 0..1", "0.5", 0, 1));

  private record Label(String name, String parent, float score) {}

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
    ModerationModel.Classes classes = model.view(content).classes();
    double least = parameters.number("minConfidence");
    Map<String, Float> scores =
        Map.of(
            "Porn", classes.porn(),
            "Hentai", classes.hentai(),
            "Sexy", classes.sexy(),
            "Safe", classes.safe());
    return Stream.of(
            new Label("Porn", EXPLICIT, classes.porn()),
            new Label("Hentai", EXPLICIT, classes.hentai()),
            new Label("Sexy", SUGGESTIVE, classes.sexy()))
        .filter(label -> label.score() >= least)
        .sorted(Comparator.comparing(Label::score).reversed())
        .map(
            label ->
                Prediction.newBuilder()
                    .setFeature(OFFER.getName())
                    .setLabel(label.name())
                    .setParentLabel(label.parent())
                    .setConfidence(Detection.unit(label.score()))
                    .setScores(scores)
                    .build())
        .toList();
  }
}
