package io.fanfold.worker.signal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.schemas.FailureCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A model as a JSON file of numbers. Nothing in it is run or looked up, so a file from anywhere can
 * at worst be refused, or be wrong about samples.
 */
final class SignalModelFile {
  static final String FORMAT = "fanfold-signal";
  static final int VERSION = 1;
  static final int MAX_BYTES = 4 * 1024 * 1024;
  private static final int MAX_LABELS = 1000;
  private static final int MAX_CLUSTERS = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private SignalModelFile() {}

  static byte[] write(SignalModel model) {
    ObjectNode file = JSON.createObjectNode();
    file.put("format", FORMAT).put("version", VERSION);
    ArrayNode labels = file.putArray("labels");
    model.labels().forEach(labels::add);
    ArrayNode sensors = file.putArray("sensors");
    for (Sensor sensor : model.sensors()) {
      sensors.addObject().put("name", sensor.name()).put("units", sensor.units());
    }
    Windows windows = model.windows();
    file.put("intervalMs", windows.intervalMs());
    file.put("windowRows", windows.rows()).put("stepRows", windows.step());
    ObjectNode features = file.putObject("features");
    add(features.putArray("means"), model.standardisation().means());
    add(features.putArray("deviations"), model.standardisation().deviations());
    ObjectNode classifier = file.putObject("classifier");
    addAll(classifier.putArray("weights"), model.linear().weights());
    add(classifier.putArray("biases"), model.linear().biases());
    ObjectNode clusters = file.putObject("clusters");
    addAll(clusters.putArray("centres"), model.clusters().centres());
    add(clusters.putArray("radii"), model.clusters().radii());
    try {
      return JSON.writeValueAsBytes(file);
    } catch (JsonProcessingException e) {
      // Writing a tree to memory has no way to fail.
      throw new UncheckedIOException(e);
    }
  }

  private static void addAll(ArrayNode array, float[][] rows) {
    for (float[] row : rows) {
      add(array.addArray(), row);
    }
  }

  private static void add(ArrayNode array, float[] values) {
    for (float value : values) {
      array.add(value);
    }
  }

  static SignalModel read(byte[] bytes) throws SignalException {
    JsonNode file = tree(bytes);
    List<String> labels = labels(file.path("labels"));
    List<Sensor> sensors = sensors(file.path("sensors"));
    Windows windows = windows(file);
    int width = sensors.size() * new SpectralFeatures(windows.rows()).perSensor();
    JsonNode features = file.path("features");
    float[] deviations = floats(features.path("deviations"), width, "features.deviations");
    JsonNode classifier = file.path("classifier");
    JsonNode clusters = file.path("clusters");
    int count = clusters.path("radii").size();
    require(count >= 1 && count <= MAX_CLUSTERS, "clusters.radii");
    for (float deviation : deviations) {
      require(deviation > 0, "features.deviations");
    }
    return new SignalModel(
        labels,
        sensors,
        windows,
        new Standardisation(floats(features.path("means"), width, "features.means"), deviations),
        new Classifier.Linear(
            table(classifier.path("weights"), labels.size(), width, "classifier.weights"),
            floats(classifier.path("biases"), labels.size(), "classifier.biases")),
        new Clusters(
            table(clusters.path("centres"), count, width, "clusters.centres"),
            floats(clusters.path("radii"), count, "clusters.radii")));
  }

  private static JsonNode tree(byte[] bytes) throws SignalException {
    if (bytes.length > MAX_BYTES) {
      throw unusable("it is longer than " + MAX_BYTES + " bytes", null);
    }
    JsonNode file;
    try {
      file = JSON.readTree(bytes);
    } catch (IOException e) {
      throw unusable("it is no JSON", e);
    }
    if (!FORMAT.equals(file.path("format").asText())) {
      throw unusable("it is no file that fanfold train has written", null);
    }
    if (file.path("version").asInt() != VERSION) {
      throw unusable(
          "its version is %s, and only %d is known"
              .formatted(file.path("version").asText(), VERSION),
          null);
    }
    return file;
  }

  private static List<String> labels(JsonNode json) throws SignalException {
    List<String> labels = new ArrayList<>();
    for (JsonNode label : json) {
      require(label.isTextual() && !label.asText().isBlank(), "labels");
      labels.add(label.asText());
    }
    boolean different = new HashSet<>(labels).size() == labels.size();
    require(different && !labels.isEmpty() && labels.size() <= MAX_LABELS, "labels");
    return labels;
  }

  private static List<Sensor> sensors(JsonNode json) throws SignalException {
    List<Sensor> sensors = new ArrayList<>();
    for (JsonNode sensor : json) {
      require(sensor.path("name").isTextual(), "sensors");
      sensors.add(new Sensor(sensor.path("name").asText(), sensor.path("units").asText()));
    }
    require(!sensors.isEmpty() && sensors.size() <= SignalSample.MAX_SENSORS, "sensors");
    return sensors;
  }

  private static Windows windows(JsonNode file) throws SignalException {
    double interval = file.path("intervalMs").asDouble();
    require(interval > 0 && Double.isFinite(interval), "intervalMs");
    int rows = file.path("windowRows").asInt();
    require(rows >= SpectralFeatures.MIN_WINDOW_ROWS && rows <= Windows.MAX_ROWS, "windowRows");
    int step = file.path("stepRows").asInt();
    require(step >= 1, "stepRows");
    return new Windows(interval, rows, step);
  }

  private static float[][] table(JsonNode json, int rows, int width, String what)
      throws SignalException {
    require(json.size() == rows, what);
    float[][] table = new float[rows][];
    for (int i = 0; i < rows; i++) {
      table[i] = floats(json.path(i), width, what);
    }
    return table;
  }

  private static float[] floats(JsonNode json, int length, String what) throws SignalException {
    require(json.isArray() && json.size() == length, what);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = json.path(i).floatValue();
      require(json.path(i).isNumber() && Float.isFinite(values[i]), what);
    }
    return values;
  }

  private static void require(boolean holds, String what) throws SignalException {
    if (!holds) {
      throw unusable(what + " is not as it should be", null);
    }
  }

  private static SignalException unusable(String message, Throwable cause) {
    return new SignalException(FailureCode.MODEL_UNAVAILABLE, "no usable model: " + message, cause);
  }
}
