package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.Point;
import io.fanfold.schemas.Prediction;
import java.util.List;

/** An item's result as HTTP shows it; parts that a prediction does not have are left out. */
final class ItemJson {

  private ItemJson() {}

  /**
   * @param full whether a failure shows the whole item, as it can be run again
   */
  static ObjectNode of(ItemPage.Entry item, int batchSize, boolean full) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("index", item.index());
    json.put("batch", item.index() / batchSize);
    ItemResult result = item.result();
    if (result == null) {
      return json.put("outcome", "PENDING");
    }
    json.put("attempt", item.attempt());
    json.put("uri", result.getUri());
    json.put("customId", result.getCustomId());
    Failure failure = result.getFailure();
    json.put("line", result.getLine());
    json.put("outcome", ItemOutcome.of(failure).name());
    if (failure == null) {
      json.putNull("failure");
    } else {
      json.putObject("failure")
          .put("code", failure.getCode().name())
          .put("message", failure.getMessage())
          .put("feature", failure.getFeature());
    }
    ArrayNode predictions = json.putArray("predictions");
    result.getPredictions().forEach(prediction -> add(predictions.addObject(), prediction));
    json.put("attempts", result.getAttempts());
    json.put("durationMs", result.getDurationMs());
    if (full && result.getItem() != null) {
      Item whole = result.getItem();
      json.putObject("item")
          .put("index", whole.getIndex())
          .put("uri", whole.getUri())
          .put("customId", whole.getCustomId())
          .put("mediaType", whole.getMediaType())
          .put("line", whole.getLine())
          .put("invalid", whole.getInvalid());
    }
    return json;
  }

  private static void add(ObjectNode json, Prediction prediction) {
    json.put("feature", prediction.getFeature());
    text(json, "label", prediction.getLabel());
    text(json, "parentLabel", prediction.getParentLabel());
    number(json, "confidence", prediction.getConfidence());
    text(json, "text", prediction.getText());
    if (prediction.getBox() != null) {
      json.putObject("box")
          .put("xMin", prediction.getBox().getXMin())
          .put("yMin", prediction.getBox().getYMin())
          .put("xMax", prediction.getBox().getXMax())
          .put("yMax", prediction.getBox().getYMax());
    }
    points(json, "polygon", prediction.getPolygon());
    points(json, "polyline", prediction.getPolyline());
    if (!prediction.getKeypoints().isEmpty()) {
      ObjectNode keypoints = json.putObject("keypoints");
      prediction.getKeypoints().forEach((name, point) -> add(keypoints.putObject(name), point));
    }
    if (!prediction.getScores().isEmpty()) {
      ObjectNode scores = json.putObject("scores");
      prediction.getScores().forEach(scores::put);
    }
    number(json, "anomaly", prediction.getAnomaly());
    if (prediction.getSpan() != null) {
      json.putObject("span")
          .put("startMs", prediction.getSpan().getStartMs())
          .put("endMs", prediction.getSpan().getEndMs());
    }
    text(json, "reference", prediction.getReference());
    if (!prediction.getAttributes().isEmpty()) {
      json.set("attributes", Json.MAPPER.valueToTree(prediction.getAttributes()));
    }
    if (prediction.getEmbedding() != null) {
      ArrayNode embedding = json.putArray("embedding");
      prediction.getEmbedding().forEach(embedding::add);
    }
  }

  private static void points(ObjectNode json, String name, List<Point> points) {
    if (points != null) {
      ArrayNode array = json.putArray(name);
      points.forEach(point -> add(array.addObject(), point));
    }
  }

  private static void add(ObjectNode json, Point point) {
    json.put("x", point.getX()).put("y", point.getY());
    number(json, "confidence", point.getConfidence());
  }

  private static void text(ObjectNode json, String name, String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void number(ObjectNode json, String name, Float value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
