package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A classify job as the studio shows it: the job the caller knows, with those of its other
 * variants.
 *
 * @param root as lookups show it
 * @param children likewise
 */
record ClassifyJob(JsonNode root, List<JsonNode> children) {

  static final String KEY = "classify";
  static final String CATEGORY = "Model testing";

  private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELED", "EXPIRED");

  ClassifyJob {
    children = List.copyOf(children);
  }

  /** Ids of the jobs of other variants. */
  static List<Long> children(JsonNode job) {
    var ids = new ArrayList<Long>();
    job.path("dialect").path("request").path("children").forEach(id -> ids.add(id.longValue()));
    return ids;
  }

  static boolean hasEnded(JsonNode job) {
    return ENDED.contains(job.path("status").asText());
  }

  List<JsonNode> all() {
    var all = new ArrayList<JsonNode>();
    all.add(root);
    all.addAll(children);
    return all;
  }

  boolean isFinished() {
    return all().stream().allMatch(ClassifyJob::hasEnded);
  }

  boolean isSuccessful() {
    return all().stream().allMatch(job -> job.path("status").asText().equals("COMPLETED"));
  }

  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", root.path("id").longValue());
    json.put("category", CATEGORY);
    json.put("categoryKey", KEY);
    json.put("key", KEY);
    json.put("created", Times.text(Instant.parse(root.path("createdAt").textValue())));
    String started = first("startedAt");
    if (started != null) {
      json.put("started", started);
    }
    if (isFinished()) {
      json.put("finished", last("endedAt"));
      json.put("finishedSuccessful", isSuccessful());
    }
    json.putArray("jobNotificationUids");
    json.put("additionalInfo", info());
    json.put(
        "computeTime",
        all().stream().mapToLong(job -> job.path("durationMs").asLong()).sum() / 1000.0);
    ObjectNode metadata = json.putObject("metadata");
    metadata.put("impulseId", root.path("dialect").path("request").path("impulseId").asLong());
    ArrayNode variants = metadata.putArray("modelVariants");
    all().forEach(job -> variants.add(variant(job)));
    return json;
  }

  static String variant(JsonNode job) {
    return job.path("dialect").path("request").path("variant").asText();
  }

  private String info() {
    JsonNode counts = root.path("counts");
    return "%d samples, %d classified, %d failed"
        .formatted(
            counts.path("total").asLong(),
            counts.path("succeeded").asLong(),
            counts.path("failed").asLong());
  }

  private String first(String field) {
    return times(field).min(Comparator.naturalOrder()).map(Times::text).orElse(null);
  }

  private String last(String field) {
    return times(field).max(Comparator.naturalOrder()).map(Times::text).orElse(null);
  }

  private Stream<Instant> times(String field) {
    return all().stream()
        .map(job -> job.path(field).textValue())
        .filter(Objects::nonNull)
        .map(Instant::parse);
  }
}
