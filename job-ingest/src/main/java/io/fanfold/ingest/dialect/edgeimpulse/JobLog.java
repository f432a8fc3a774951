package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The log of a job, told from its state and that of its batches: nothing is kept for it. */
final class JobLog {

  /** From the worst to the least. */
  enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /**
   * @param id the same whenever this line is told
   */
  record Line(String id, Instant created, Level level, String data) {

    ObjectNode json() {
      return Json.MAPPER
          .createObjectNode()
          .put("created", Times.text(created))
          .put("data", data)
          .put("logLevel", level.name().toLowerCase(Locale.ROOT));
    }
  }

  private JobLog() {}

  /** The lines of a job of one variant, in order of time. */
  static List<Line> of(JsonNode job, Iterable<JsonNode> batches) {
    var lines = new ArrayList<Line>();
    String variant = ClassifyJob.variant(job);
    String start = job.path("id").asText() + "/";
    long total = job.path("counts").path("total").asLong();
    add(
        lines,
        start + "created",
        job.path("createdAt"),
        Level.INFO,
        "Classifying %d samples (%s)".formatted(total, variant));
    add(
        lines,
        start + "started",
        job.path("startedAt"),
        Level.DEBUG,
        "A worker has begun (%s)".formatted(variant));
    for (JsonNode batch : batches) {
      batch(lines, start, variant, batch);
    }
    if (ClassifyJob.hasEnded(job)) {
      end(lines, start, variant, job);
    }
    lines.sort(Comparator.comparing(Line::created));
    return lines;
  }

  private static void batch(List<Line> lines, String start, String variant, JsonNode batch) {
    String state = batch.path("state").asText();
    if (!state.equals("COMPLETED") && !state.equals("FAILED") && !state.equals("CANCELED")) {
      return;
    }
    long failed = batch.path("failed").asLong();
    String data =
        "Batch %d %s: %d classified, %d failed (%s)"
            .formatted(
                batch.path("index").asInt() + 1,
                state.toLowerCase(Locale.ROOT),
                batch.path("succeeded").asLong(),
                failed,
                variant);
    add(
        lines,
        start + "batch/" + batch.path("index").asInt() + "/" + batch.path("attempt").asInt(),
        batch.path("updatedAt"),
        failed == 0 ? Level.INFO : Level.WARN,
        data + causes(batch.path("failedByCode")));
  }

  private static void end(List<Line> lines, String start, String variant, JsonNode job) {
    JsonNode counts = job.path("counts");
    boolean good = job.path("status").asText().equals("COMPLETED");
    String data =
        "Job %s (%s): %d classified, %d failed, %d not run"
            .formatted(
                good ? "completed" : job.path("status").asText().toLowerCase(Locale.ROOT),
                variant,
                counts.path("succeeded").asLong(),
                counts.path("failed").asLong(),
                counts.path("canceled").asLong());
    String cause = job.path("failure").path("message").textValue();
    add(
        lines,
        start + "end/" + job.path("attempt").asInt(),
        job.path("endedAt"),
        good ? Level.INFO : Level.ERROR,
        data + causes(counts.path("failedByCode")) + (cause == null ? "" : ": " + cause));
  }

  private static String causes(JsonNode byCode) {
    return byCode.isEmpty()
        ? ""
        : byCode.properties().stream()
            .map(entry -> entry.getValue().asLong() + " " + entry.getKey())
            .collect(Collectors.joining(", ", "; ", ""));
  }

  private static void add(List<Line> lines, String id, JsonNode time, Level level, String data) {
    if (time.isTextual()) {
      lines.add(new Line(id, Instant.parse(time.textValue()), level, data + "\n"));
    }
  }
}
