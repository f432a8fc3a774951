package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** How often the model was right, over the windows of samples whose label is known. */
final class Accuracy {

  private final Map<String, Map<String, Long>> matrix = new TreeMap<>();
  private final TreeSet<String> labels = new TreeSet<>();

  void add(Window window) {
    labels.addAll(window.scores().keySet());
    if (window.label() != null) {
      labels.add(window.label());
      matrix
          .computeIfAbsent(window.label(), absent -> new TreeMap<>())
          .merge(window.prediction(), 1L, Long::sum);
    }
  }

  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    long good = matrix.keySet().stream().mapToLong(label -> count(label, label)).sum();
    long all = matrix.keySet().stream().mapToLong(this::actual).sum();
    json.putObject("totalSummary").put("good", good).put("bad", all - good);
    ObjectNode perClass = json.putObject("summaryPerClass");
    ObjectNode values = json.putObject("confusionMatrixValues");
    for (String label : matrix.keySet()) {
      long right = count(label, label);
      perClass.putObject(label).put("good", right).put("bad", actual(label) - right);
      ObjectNode row = values.putObject(label);
      columns().forEach(column -> row.put(column, count(label, column)));
    }
    ArrayNode names = json.putArray("allLabels");
    labels.forEach(names::add);
    if (all > 0) {
      json.put("accuracyScore", (double) good / all);
      json.put(
          "balancedAccuracyScore",
          matrix.keySet().stream().mapToDouble(this::recall).average().orElse(0));
    }
    return json;
  }

  /** Means over the classes, each weighted by its windows. */
  ArrayNode metrics() {
    ArrayNode json = Json.MAPPER.createArrayNode();
    long all = matrix.keySet().stream().mapToLong(this::actual).sum();
    if (all == 0) {
      return json;
    }
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    for (String label : matrix.keySet()) {
      double weight = (double) actual(label) / all;
      double p = precision(label);
      double r = recall(label);
      precision += weight * p;
      recall += weight * r;
      f1 += p + r == 0 ? 0 : weight * 2 * p * r / (p + r);
    }
    metric(json, "Weighted average Precision", precision);
    metric(json, "Weighted average Recall", recall);
    metric(json, "Weighted average F1 score", f1);
    return json;
  }

  private static void metric(ArrayNode json, String name, double value) {
    json.addObject()
        .put("name", name)
        .put("value", String.format(Locale.ROOT, "%.2f", value))
        .put("fullPrecisionValue", value);
  }

  private TreeSet<String> columns() {
    var columns = new TreeSet<>(labels);
    columns.add(Window.UNCERTAIN);
    columns.add(Window.ANOMALY);
    return columns;
  }

  private long count(String actual, String predicted) {
    return matrix.getOrDefault(actual, Map.of()).getOrDefault(predicted, 0L);
  }

  private long actual(String label) {
    return matrix.get(label).values().stream().mapToLong(Long::longValue).sum();
  }

  private double recall(String label) {
    return (double) count(label, label) / actual(label);
  }

  private double precision(String label) {
    long predicted = matrix.keySet().stream().mapToLong(actual -> count(actual, label)).sum();
    return predicted == 0 ? 0 : (double) count(label, label) / predicted;
  }
}
