package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Prediction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lines of text that are the tag of one of the project's assets, with the asset's id. */
public final class AssetTagDetection implements Predictor {
  private static final int MAX_LINES = 1_000;
  private static final FeatureOffer OFFER =
      Offers.pictures(
          "AssetTagDetection",
          "Finds the tags of the project's assets",
          Offers.TEXT,
          Offers.number("threshold", "Least confidence of a line, 0..1", "0.5", 0, 1),
          Offers.bool("partialMatch", "Whether a tag may lack its first or last part", false),
          Offers.strings(
              "assetSubtreeIds",
              "Only assets among these ids and what is below them; all when empty",
              false,
              0,
              100));

  private TextModel model;
  private AssetTags assets;

  @Override
  public FeatureOffer offer() {
    return OFFER;
  }

  @Override
  public void start(PredictorContext context) {
    model = new TextModel(context.models());
    assets = context.assets();
  }

  @Override
  public void warmUp() throws PredictionException {
    model.load();
  }

  @Override
  public List<Prediction> predict(Content content, Parameters parameters)
      throws PredictionException {
    Set<Long> subtrees = ids(parameters.strings("assetSubtreeIds"));
    boolean partial = parameters.bool("partialMatch");
    float threshold = (float) parameters.number("threshold");
    var predictions = new ArrayList<Prediction>();
    for (TextModel.Line line : model.read(content, threshold, MAX_LINES)) {
      String text = line.reading().text();
      for (AssetTags.Match match : assets.find(content.project(), text, partial, subtrees)) {
        predictions.add(
            TextDetection.prediction(OFFER.getName(), line)
                .setReference(Long.toString(match.assetId()))
                .setAttributes(Map.of("partial", match.partial()))
                .build());
      }
    }
    return predictions;
  }

  private static Set<Long> ids(List<String> texts) throws InvalidParameterException {
    var ids = new HashSet<Long>();
    for (String text : texts) {
      ids.add(
          JobIds.parse(text)
              .orElseThrow(
                  () ->
                      new InvalidParameterException(
                          "assetSubtreeIds", "assetSubtreeIds must be ids, not '" + text + "'")));
    }
    return ids;
  }
}
