package io.fanfold.ingest.dialect.imageintelligence;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.JobUuids;
import io.fanfold.kit.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A match job as ImageIntelligence shows it. */
final class MatchView {

  private final JsonNode job;
  private final JsonNode request;
  private final Map<Integer, JsonNode> items = new HashMap<>();

  private MatchView(JsonNode job, JsonNode items) {
    this.job = job;
    this.request = job.path("dialect").path("request");
    items.forEach(item -> this.items.put(item.path("index").intValue(), item));
  }

  /**
   * @param job as lookups show it
   * @param items all of the job, as lookups show them; may be empty before it runs
   */
  static ObjectNode of(JsonNode job, JsonNode items) {
    return new MatchView(job, items).json();
  }

  private ObjectNode json() {
    ObjectNode view = Json.MAPPER.createObjectNode();
    view.put("id", JobUuids.of(job.path("id").longValue()).toString());
    view.set("jobResults", results());
    view.set("imageResults", images());
    view.put("createdAt", Instant.parse(job.path("createdAt").asText()).toEpochMilli());
    view.put("status", Statuses.ofJob(job));
    text(view, "customId", job.path("customId"));
    text(view, "feedId", job.path("feedId"));
    text(view, "webhookUrl", request.path("webhookUrl"));
    return view;
  }

  private ObjectNode results() {
    ObjectNode results = Json.MAPPER.createObjectNode();
    ObjectNode target = results.putObject("target");
    text(target, "class", request.path("target").path("class"));
    text(target, "customId", request.path("target").path("customId"));
    ArrayNode urls = target.putArray("images");
    request.path("target").path("images").forEach(urls::add);
    int best = best();
    if (best >= 0) {
      image(results.putObject("image"), best);
    }
    results.put("hitl", false);
    return results;
  }

  private ArrayNode images() {
    ArrayNode images = Json.MAPPER.createArrayNode();
    boolean ended = Statuses.hasEnded(job);
    for (int i = 0; i < request.path("images").size(); i++) {
      ObjectNode image = images.addObject();
      image(image, i);
      image.put(
          "status", Statuses.ofImage(items.getOrDefault(i, MissingNode.getInstance()), ended));
    }
    return images;
  }

  /** The image most like a target, once the job has ended; -1 for none. */
  private int best() {
    int best = -1;
    double most = -1;
    for (int i = 0; Statuses.hasEnded(job) && i < request.path("images").size(); i++) {
      for (JsonNode prediction :
          items.getOrDefault(i, MissingNode.getInstance()).path("predictions")) {
        double confidence = prediction.path("confidence").asDouble();
        if (prediction.path("feature").asText().equals(Statuses.FEATURE) && confidence > most) {
          best = i;
          most = confidence;
        }
      }
    }
    return best;
  }

  private void image(ObjectNode view, int index) {
    JsonNode image = request.path("images").path(index);
    String id = imageId(job.path("id").longValue(), index);
    view.put("id", id);
    // An image that came as a blob has no place of its own.
    view.put("url", image.path("url").asText("urn:uuid:" + id));
    text(view, "customId", image.path("customId"));
  }

  /** The same whenever it is asked for. */
  static String imageId(long jobId, int index) {
    return UUID.nameUUIDFromBytes((jobId + "/" + index).getBytes(UTF_8)).toString();
  }

  private static void text(ObjectNode view, String name, JsonNode value) {
    if (value.isTextual()) {
      view.set(name, value);
    }
  }
}
