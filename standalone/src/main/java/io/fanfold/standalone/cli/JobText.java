package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Jobs as people read them. */
final class JobText {
  private static final Set<String> TERMINAL = Set.of("COMPLETED", "FAILED", "CANCELED", "EXPIRED");
  private static final String ROW = "%-17s %-10s %-14s %9s %8s  %-20s  %s";

  private JobText() {}

  static boolean isTerminal(JsonNode job) {
    return TERMINAL.contains(job.path("status").asText());
  }

  static boolean isCompleted(JsonNode job) {
    return job.path("status").asText().equals("COMPLETED");
  }

  static String tableHead() {
    return ROW.formatted("ID", "STATUS", "OUTCOME", "ITEMS", "FAILED", "CREATED", "NAME");
  }

  static String tableRow(JsonNode job) {
    JsonNode counts = job.path("counts");
    return ROW.formatted(
            job.path("id").asText(),
            job.path("status").asText(),
            job.path("outcome").asText(),
            counts.path("total").asText(),
            counts.path("failed").asText(),
            withoutFraction(job.path("createdAt").asText()),
            text(job, "name"))
        .stripTrailing();
  }

  static List<String> details(JsonNode job) {
    var lines = new ArrayList<String>();
    JsonNode counts = job.path("counts");
    lines.add("job        " + job.path("id").asText());
    lines.add("status     " + statusAndOutcome(job));
    lines.add("items      " + countsLine(counts));
    if (!counts.path("failedByCode").isEmpty()) {
      lines.add("failures   " + pairs(counts.path("failedByCode")));
    }
    if (job.hasNonNull("failure")) {
      lines.add(
          "failure    %s: %s"
              .formatted(
                  job.path("failure").path("code").asText(),
                  job.path("failure").path("message").asText()));
    }
    JsonNode batches = job.path("batches");
    lines.add(
        "batches    %s of up to %s items: %s completed, %s failed"
            .formatted(
                batches.path("total").asText("0"),
                job.path("batchSize").asText("?"),
                batches.path("completed").asText("0"),
                batches.path("failed").asText("0")));
    lines.add("features   " + features(job));
    for (String field : List.of("project", "name", "customId", "feedId", "tag", "deadline")) {
      if (!text(job, field).isEmpty()) {
        lines.add("%-10s %s".formatted(field, text(job, field)));
      }
    }
    if (job.path("metadata").size() > 0) {
      lines.add("metadata   " + pairs(job.path("metadata")));
    }
    if (job.hasNonNull("webhook")) {
      lines.add("webhook    " + job.path("webhook").path("url").asText());
    }
    lines.add("created    " + text(job, "createdAt"));
    if (job.hasNonNull("endedAt")) {
      lines.add(
          "ended      %s (%s)".formatted(text(job, "endedAt"), duration(job.path("durationMs"))));
    }
    return lines;
  }

  /** One line for progress: {@code RUNNING 62 %, 8 of 13 items, 2 failed}. */
  static String progressLine(JsonNode job) {
    JsonNode counts = job.path("counts");
    long total = counts.path("total").asLong();
    long done = total - counts.path("pending").asLong();
    var line = new StringBuilder(job.path("status").asText());
    line.append(" %d %%, %d of %d items".formatted(Math.round(progress(job) * 100), done, total));
    if (counts.path("failed").asLong() > 0) {
      line.append(", ").append(counts.path("failed").asLong()).append(" failed");
    }
    return line.toString();
  }

  static double progress(JsonNode job) {
    return Math.min(1, Math.max(0, job.path("progress").asDouble()));
  }

  static String statusAndOutcome(JsonNode job) {
    String outcome = job.path("outcome").asText("NONE");
    String status = job.path("status").asText();
    return outcome.equals("NONE") || outcome.isEmpty() ? status : status + ", " + outcome;
  }

  static String duration(JsonNode millis) {
    if (!millis.isNumber()) {
      return "?";
    }
    long ms = millis.asLong();
    return ms < 1000 ? ms + " ms" : String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
  }

  private static String countsLine(JsonNode counts) {
    var line =
        new StringBuilder(
            "%s: %s succeeded, %s failed"
                .formatted(
                    counts.path("total").asText(),
                    counts.path("succeeded").asText(),
                    counts.path("failed").asText()));
    for (String field : List.of("canceled", "pending")) {
      if (counts.path(field).asLong() > 0) {
        line.append(", ").append(counts.path(field).asText()).append(' ').append(field);
      }
    }
    return line.toString();
  }

  private static String features(JsonNode job) {
    var names = new ArrayList<String>();
    for (JsonNode feature : job.path("features")) {
      names.add(feature.isTextual() ? feature.asText() : feature.path("name").asText());
    }
    return String.join(", ", names);
  }

  private static String pairs(JsonNode map) {
    var pairs = new ArrayList<String>();
    map.properties().forEach(e -> pairs.add(e.getKey() + " " + e.getValue().asText()));
    return String.join(", ", pairs);
  }

  /** The text of a field, empty for null and absent ones. */
  private static String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.path(field).asText() : "";
  }

  static String withoutFraction(String instant) {
    return instant.replaceFirst("\\.\\d+Z$", "Z");
  }
}
