package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.worker.signal.Evaluation;
import io.fanfold.worker.signal.Sensor;
import io.fanfold.worker.signal.SignalModel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What a training has come to, for people and for programs.
 *
 * @param training how the model does on what it was trained with
 * @param testing and on samples that were held out
 * @param int8 the same with the classifier of eight bits
 */
record TrainingText(
    SignalModel model, Evaluation training, Evaluation testing, Evaluation int8, Path file) {

  void print(Terminal terminal) {
    terminal.line(
        "trained on %d windows of %d samples, of %s"
            .formatted(training.windows(), training.samples(), String.join(", ", model.labels())));
    if (testing.windows() == 0) {
      terminal.line("no samples were held out, so nothing says how good it is");
    } else {
      terminal.line(
          "accuracy %s (int8 %s): %d of %d windows of %d held-out samples"
              .formatted(
                  share(testing),
                  share(int8),
                  testing.right(),
                  testing.windows(),
                  testing.samples()));
      printConfusion(terminal);
    }
    terminal.line("model written to " + file);
  }

  ObjectNode toJson() {
    var json = new ObjectMapper().createObjectNode();
    json.put("model", file.toUri().toString());
    model.labels().forEach(json.putArray("labels")::add);
    var sensors = json.putArray("sensors");
    for (Sensor sensor : model.sensors()) {
      sensors.addObject().put("name", sensor.name()).put("units", sensor.units());
    }
    json.put("intervalMs", model.intervalMs());
    json.put("windowMs", model.windowMs()).put("windowStepMs", model.windowStepMs());
    json.set("training", counts(training));
    json.set("testing", counts(testing));
    if (testing.windows() > 0) {
      ObjectNode held = json.withObjectProperty("testing");
      held.put("int8Accuracy", int8.accuracy());
      ObjectNode confusion = held.putObject("confusion");
      testing.confusion().forEach((label, row) -> row.forEach(confusion.putObject(label)::put));
    }
    return json;
  }

  private static ObjectNode counts(Evaluation evaluation) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("samples", evaluation.samples()).put("windows", evaluation.windows());
    if (evaluation.windows() > 0) {
      json.put("accuracy", evaluation.accuracy());
    }
    return json;
  }

  private static String share(Evaluation evaluation) {
    return String.format(Locale.ROOT, "%.3f", evaluation.accuracy());
  }

  /** What the windows of a label were taken for, a row for each label. */
  private void printConfusion(Terminal terminal) {
    int widest = testing.confusion().keySet().stream().mapToInt(String::length).max().orElse(0);
    var header = new StringBuilder(" ".repeat(2 + widest));
    testing.confusion().values().stream()
        .limit(1)
        .flatMap(row -> row.keySet().stream())
        .forEach(found -> header.append("  ").append(found));
    terminal.line(header.toString());
    testing.confusion().forEach((label, row) -> terminal.line(line(label, row, widest)));
  }

  private static String line(String label, Map<String, Integer> row, int widest) {
    var line = new StringBuilder("  " + label + " ".repeat(widest - label.length()));
    row.forEach(
        (found, count) -> {
          String text = count.toString();
          line.append(" ".repeat(2 + Math.max(0, found.length() - text.length()))).append(text);
        });
    return line.toString();
  }
}
