package io.fanfold.ingest.dialect.deepva;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.JobUuids;
import io.fanfold.kit.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** A job as DeepVA shows it. */
final class JobView {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private JobView() {}

  /**
   * @param job as lookups show it
   * @param results what is known of its sources; without items, errors are by failure code
   * @param base what links begin with, as in {@code https://api.deepva.com/v1}
   */
  static ObjectNode of(JsonNode job, Results results, String base) {
    JsonNode request = request(job);
    String id = id(job);
    String state = state(job.path("status").asText());
    ObjectNode view = Json.MAPPER.createObjectNode();
    view.put("id", id);
    view.put("tag", job.path("tag").asText(""));
    view.put("state", state);
    errors(view.putArray("errors"), job, results);
    view.put("progress", job.path("progress").doubleValue());
    view.put("duration", job.path("durationMs").doubleValue() / 1000);
    view.put("time_created", time(job.path("createdAt")));
    view.put("time_started", time(job.path("startedAt")));
    view.put("time_completed", time(job.path("endedAt")));
    view.set("sources", copy(request.path("sources"), Json.MAPPER.createArrayNode()));
    modules(view.putObject("modules"), request.path("modules"), state, job.path("progress"));
    view.put("media_type", Results.MEDIA_TYPE);
    view.set("ttl", copy(job.path("ttlSeconds"), Json.MAPPER.nullNode()));
    String link = base + "/jobs/" + id;
    ObjectNode result = view.putObject("result");
    result.put("detailed_link", link + "/detailed-results");
    result.put("summarized_link", link + "/summarized-results");
    result.set("summary", results.summary());
    view.set("webhook", copy(request.path("webhook"), Json.MAPPER.nullNode()));
    return view;
  }

  /** The same, if need be without what was found, so that it has so many bytes at most. */
  static ObjectNode within(int bytes, JsonNode job, Results results, String base) {
    ObjectNode view = of(job, results, base);
    return Json.bytes(view).length <= bytes ? view : of(job, results.none(), base);
  }

  static JsonNode request(JsonNode job) {
    return job.path("dialect").path("request");
  }

  static String id(JsonNode job) {
    return JobUuids.of(job.path("id").longValue()).toString();
  }

  /** As in {@code 2019-08-12 08:14:28.430144}, UTC; null for what has not happened. */
  static String time(JsonNode instant) {
    return instant.isTextual() ? TIME.format(Instant.parse(instant.textValue())) : null;
  }

  private static String state(String status) {
    return switch (status) {
      case "QUEUED" -> "waiting";
      case "RUNNING" -> "processing";
      case "COMPLETED" -> "completed";
      case "CANCELED" -> "stopped";
      default -> "failed";
    };
  }

  private static void errors(ArrayNode errors, JsonNode job, Results results) {
    JsonNode failure = job.path("failure");
    if (failure.isObject()) {
      errors.add(failure.path("code").asText() + ": " + failure.path("message").asText());
    }
    if (!results.items().isEmpty()) {
      results.errors().forEach(errors::add);
      return;
    }
    for (Map.Entry<String, JsonNode> code : job.path("counts").path("failedByCode").properties()) {
      errors.add(code.getKey() + ": " + code.getValue().asLong() + " sources");
    }
  }

  /** The arguments as they were given; all modules of a source are run together. */
  private static void modules(ObjectNode view, JsonNode modules, String state, JsonNode progress) {
    for (Map.Entry<String, JsonNode> entry : modules.properties()) {
      if (entry.getValue() instanceof ObjectNode arguments) {
        ObjectNode module = view.putObject(entry.getKey());
        module.setAll(arguments);
        module.put("state", state);
        module.put("progress", progress.doubleValue());
      }
    }
  }

  private static JsonNode copy(JsonNode value, JsonNode absent) {
    return value.isMissingNode() ? absent : value;
  }
}
