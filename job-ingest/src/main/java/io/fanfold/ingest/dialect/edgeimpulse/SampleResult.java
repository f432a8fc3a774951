package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Sample;
import java.time.Instant;
import java.util.List;

/**
 * The result of a sample: what each learn block says of each window.
 *
 * @param createdAt when the impulse's blocks were made, as far as we know: when the job was
 */
record SampleResult(
    Sample sample,
    List<Window> windows,
    Instant createdAt,
    double threshold,
    double anomalyThreshold) {

  /** The blocks of an impulse as the studio numbers them: input, processing, then learning. */
  static final int DSP_ID = 2;

  static final int CLASSIFIER_ID = 3;
  static final int ANOMALY_ID = 4;
  static final String CLASSIFIER = "NN Classifier";
  static final String ANOMALY = "Anomaly detection";

  SampleResult {
    windows = List.copyOf(windows);
  }

  /** What a job was told of when a window is uncertain. */
  static double threshold(JsonNode job, double absent) {
    return job.path("features").path(0).path("parameters").path("threshold").asDouble(absent);
  }

  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("sampleId", sample.getId());
    json.set("sample", SampleJson.of(sample));
    ArrayNode classifications = json.putArray("classifications");
    classifier(classifications.addObject());
    if (hasAnomaly()) {
      anomaly(classifications.addObject());
    }
    return json;
  }

  private boolean hasAnomaly() {
    return windows.stream().anyMatch(window -> window.anomaly() != null);
  }

  private void classifier(ObjectNode json) {
    block(json, CLASSIFIER_ID, "keras", CLASSIFIER, "Classification");
    ArrayNode results = json.putArray("result");
    for (Window window : windows) {
      ObjectNode result = results.addObject();
      window.scores().forEach(result::put);
      if (window.anomaly() != null) {
        result.put(Window.ANOMALY, window.anomaly());
      }
    }
    if (hasAnomaly()) {
      anomalies(json.putArray("anomalyResult"));
    }
    common(
        json,
        threshold,
        "min_score",
        "Minimum confidence rating",
        "A window whose best class has a lower score is uncertain.");
  }

  private void anomaly(ObjectNode json) {
    block(json, ANOMALY_ID, Window.ANOMALY, ANOMALY, "Anomaly Detection (K-means)");
    ArrayNode results = json.putArray("result");
    for (Window window : windows) {
      ObjectNode result = results.addObject();
      if (window.anomaly() != null) {
        result.put(Window.ANOMALY, window.anomaly());
      }
    }
    anomalies(json.putArray("anomalyResult"));
    common(
        json,
        anomalyThreshold,
        "min_anomaly_score",
        "Minimum anomaly score",
        "A window with a higher score is an anomaly.");
  }

  private void block(ObjectNode json, int id, String type, String name, String title) {
    ObjectNode block = json.putObject("learnBlock");
    block.put("id", id);
    block.put("type", type);
    block.put("name", name);
    block.putArray("dsp").add(DSP_ID);
    block.put("title", title);
    block.put("createdBy", "fanfold");
    block.put("createdAt", Times.text(createdAt));
  }

  /** A signal has no boxes; its one score stands where a picture's grid would. */
  private void anomalies(ArrayNode json) {
    for (Window window : windows) {
      ObjectNode result = json.addObject();
      result.putArray("boxes");
      ArrayNode scores = result.putArray("scores");
      if (window.anomaly() != null) {
        scores.addArray().add(window.anomaly());
        result.put("meanScore", window.anomaly());
        result.put("maxScore", window.anomaly());
      }
    }
  }

  private void common(
      ObjectNode json, double value, String key, String description, String helpText) {
    json.putArray("structuredResult");
    json.putArray("details");
    json.put("minimumConfidenceRating", value);
    ArrayNode expected = json.putArray("expectedLabels");
    for (Window window : windows) {
      if (window.label() != null) {
        expected
            .addObject()
            .put("startIndex", index(window.startMs()))
            .put("endIndex", Math.max(index(window.startMs()), index(window.endMs()) - 1))
            .put("label", window.label());
      }
    }
    json.putArray("thresholds")
        .addObject()
        .put("key", key)
        .put("description", description)
        .put("helpText", helpText)
        .put("suggestedValue", value)
        .put("suggestedValueText", Double.toString(value))
        .put("value", value);
    json.put("isMultiLabel", false);
    json.put("intervalMs", sample.getIntervalMs());
    json.put("frequencyHz", sample.getFrequency());
    json.put("resultCount", windows.size());
  }

  /** The reading at a time; a window past the end of a short sample ends with it. */
  private long index(long ms) {
    return Math.min(sample.getValuesCount(), Math.round(ms / sample.getIntervalMs()));
  }
}
