package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Items and what was found in them, as people read them: one line per item and per prediction. */
final class ItemText {
  private static final int MAX_URI = 80;
  private static final int MAX_SCORES = 3;

  private final Path directory;

  /**
   * @param directory files below it are shown relative to it
   */
  ItemText(Path directory) {
    this.directory = directory;
  }

  List<String> block(JsonNode item) {
    var lines = new ArrayList<String>();
    lines.add(headLine(item));
    for (JsonNode prediction : item.path("predictions")) {
      lines.add("       " + predictionLine(prediction));
    }
    if (item.path("outcome").asText().equals("SUCCEEDED") && item.path("predictions").isEmpty()) {
      lines.add("       nothing found");
    }
    return lines;
  }

  private String headLine(JsonNode item) {
    var line = new StringBuilder();
    line.append(
        "%5s  %-9s  %s"
            .formatted(
                "#" + item.path("index").asText(),
                item.path("outcome").asText(),
                place(item.path("uri").asText())));
    if (item.hasNonNull("customId")) {
      line.append("  [").append(item.path("customId").asText()).append(']');
    }
    if (item.hasNonNull("failure")) {
      JsonNode failure = item.path("failure");
      line.append("  ").append(failure.path("code").asText());
      if (failure.hasNonNull("feature")) {
        line.append(" in ").append(failure.path("feature").asText());
      }
      line.append(": ").append(failure.path("message").asText());
    }
    if (item.path("attempts").asInt() > 1) {
      line.append("  (").append(item.path("attempts").asInt()).append(" attempts)");
    }
    return line.toString();
  }

  private static String predictionLine(JsonNode prediction) {
    var parts = new ArrayList<String>();
    parts.add("%-16s".formatted(prediction.path("feature").asText()));
    if (prediction.hasNonNull("text")) {
      parts.add('"' + prediction.path("text").asText() + '"');
    }
    if (prediction.hasNonNull("label")) {
      parts.add(
          prediction.hasNonNull("parentLabel")
              ? prediction.path("parentLabel").asText() + "/" + prediction.path("label").asText()
              : prediction.path("label").asText());
    }
    if (prediction.hasNonNull("confidence")) {
      parts.add(number(prediction.path("confidence")));
    }
    if (prediction.hasNonNull("reference")) {
      parts.add("is " + prediction.path("reference").asText());
    }
    if (prediction.hasNonNull("box")) {
      JsonNode box = prediction.path("box");
      parts.add(
          "at %s,%s-%s,%s"
              .formatted(
                  number(box.path("xMin")),
                  number(box.path("yMin")),
                  number(box.path("xMax")),
                  number(box.path("yMax"))));
    }
    if (prediction.hasNonNull("anomaly")) {
      parts.add("anomaly " + number(prediction.path("anomaly")));
    }
    if (!prediction.path("keypoints").isEmpty()) {
      parts.add(prediction.path("keypoints").size() + " keypoints");
    }
    if (!prediction.path("scores").isEmpty()) {
      parts.add(scores(prediction.path("scores")));
    }
    if (!prediction.path("embedding").isEmpty()) {
      parts.add("embedding of " + prediction.path("embedding").size());
    }
    prediction
        .path("attributes")
        .properties()
        .forEach(attribute -> parts.add(attribute.getKey() + "=" + attribute.getValue().asText()));
    return String.join("  ", parts);
  }

  private static String scores(JsonNode scores) {
    var best = new ArrayList<>(scores.properties());
    best.sort((a, b) -> Double.compare(b.getValue().asDouble(), a.getValue().asDouble()));
    var parts = new ArrayList<String>();
    for (var score : best.subList(0, Math.min(MAX_SCORES, best.size()))) {
      parts.add(score.getKey() + " " + number(score.getValue()));
    }
    return String.join(", ", parts);
  }

  private String place(String uri) {
    if (uri.startsWith("file:")) {
      try {
        Path path = Path.of(URI.create(uri));
        return path.startsWith(directory) ? directory.relativize(path).toString() : path.toString();
      } catch (IllegalArgumentException e) {
        // A file URI of another kind of machine; as it is, it still says which item this is.
        return uri;
      }
    }
    return uri.length() <= MAX_URI ? uri : uri.substring(0, MAX_URI) + "...";
  }

  private static String number(JsonNode value) {
    return String.format(Locale.ROOT, "%.2f", value.asDouble());
  }
}
