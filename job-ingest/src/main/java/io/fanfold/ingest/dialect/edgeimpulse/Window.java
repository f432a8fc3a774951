package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found in a stretch of a sample.
 *
 * @param label what the sample says it is; null when it does not
 * @param prediction what the model says it is, or that it is uncertain or an anomaly
 * @param scores of each class
 * @param anomaly distance from what the model knows; null for a model that has none
 */
record Window(
    long startMs,
    long endMs,
    String label,
    String prediction,
    Map<String, Float> scores,
    Float anomaly) {

  static final String UNCERTAIN = "uncertain";
  static final String ANOMALY = "anomaly";

  Window {
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
  }

  /**
   * The windows of a sample in order.
   *
   * @param item as lookups show it
   */
  static List<Window> of(JsonNode item, Sample sample, double anomalyThreshold) {
    var windows = new ArrayList<Window>();
    for (JsonNode prediction : item.path("predictions")) {
      if (prediction.path("feature").asText().equals(ClassifyRequest.FEATURE)) {
        windows.add(window(prediction, sample, anomalyThreshold));
      }
    }
    return windows;
  }

  private static Window window(JsonNode prediction, Sample sample, double anomalyThreshold) {
    var scores = new LinkedHashMap<String, Float>();
    prediction
        .path("scores")
        .properties()
        .forEach(score -> scores.put(score.getKey(), score.getValue().floatValue()));
    JsonNode anomaly = prediction.path("anomaly");
    JsonNode span = prediction.path("span");
    boolean strange = anomaly.isNumber() && anomaly.doubleValue() > anomalyThreshold;
    return new Window(
        span.path("startMs").asLong(),
        span.path("endMs").asLong(),
        sample.getLabel(),
        strange ? ANOMALY : prediction.path("label").asText(UNCERTAIN),
        scores,
        anomaly.isNumber() ? anomaly.floatValue() : null);
  }

  boolean isCorrect() {
    return prediction.equals(label);
  }

  /** As among the predictions of a result. */
  ObjectNode json(long sampleId) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("sampleId", sampleId);
    json.put("startMs", startMs);
    json.put("endMs", endMs);
    if (label != null) {
      json.put("label", label);
    }
    json.put("prediction", prediction);
    if (label != null) {
      json.put("predictionCorrect", isCorrect());
      // Of one prediction, precision and recall are both 1 or both 0.
      json.put("f1Score", isCorrect() ? 1 : 0);
    }
    if (anomaly != null) {
      json.putArray("anomalyScores").addArray().add(anomaly);
    }
    return json;
  }
}
