package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Prediction;
import io.fanfold.worker.predict.ModerationModel.Region;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Which of a few target pictures a picture resembles, as a whole or in a part. */
public final class TargetMatch implements Predictor {
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "TargetMatch",
          "Says which target pictures a picture resembles, as a whole or in a part",
          Offers.MODERATION,
          Offers.strings("targets", "URIs of the target pictures", true, 1, 3),
          Offers.strings(
              "labels", "A label for each target, in their order; else their URIs", false, 0, 3),
          Offers.number("threshold", "Least similarity of a match, 0..1", "0.7", 0, 1));

  private ModerationModel model;
  private TargetCache targets;

  @Override
  public FeatureOffer offer() {
    return OFFER;
  }

  @Override
  public void start(PredictorContext context) {
    model = new ModerationModel(context.models());
    targets = new TargetCache(context.contents(), model);
  }

  @Override
  public void warmUp() throws PredictionException {
    model.load();
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters)
      throws PredictionException {
    List<String> uris = parameters.strings("targets");
    List<String> labels = parameters.strings("labels");
    if (!labels.isEmpty() && labels.size() != uris.size()) {
      throw new InvalidParameterException(
          "labels", "parameter 'labels' must have as many strings as 'targets', or none");
    }
    double threshold = parameters.number("threshold");
    Views views = content.derive(Views.class, TargetMatch.class, this::views);
    List<Prediction> matches = new ArrayList<>();
    for (int i = 0; i < uris.size(); i++) {
      String uri = uris.get(i);
      Match match = views.best(targets.embedding(uri));
      if (match.similarity() >= threshold) {
        matches.add(prediction(match, uri, labels.isEmpty() ? uri : labels.get(i)));
      }
    }
    matches.sort(Comparator.comparing(Prediction::getConfidence).reversed());
    return matches;
  }

  private record Match(Region region, float similarity) {}

  private record Views(List<Region> regions, List<float[]> embeddings) {
    Match best(float[] target) {
      Match best = null;
      for (int i = 0; i < regions.size(); i++) {
        float similarity = Vectors.cosine(embeddings.get(i), target);
        if (best == null || similarity > best.similarity()) {
          best = new Match(regions.get(i), similarity);
        }
      }
      return best;
    }
  }

  private Views views(Picture picture) throws PredictionException {
    List<Region> regions = Crops.of(picture.width(), picture.height());
    return new Views(
        regions,
        model.view(picture, regions).stream().map(ModerationModel.View::embedding).toList());
  }

  private static Prediction prediction(Match match, String uri, String label) {
    Region region = match.region();
    return Prediction.newBuilder()
        .setFeature(OFFER.getName())
        .setLabel(label)
        .setConfidence(Detection.unit(match.similarity()))
        .setReference(uri)
        .setBox(Detection.box(region.xMin(), region.yMin(), region.xMax(), region.yMax()))
        .setAttributes(Map.of("similarity", (double) match.similarity()))
        .build();
  }
}
