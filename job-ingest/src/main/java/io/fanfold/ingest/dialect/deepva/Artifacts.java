package io.fanfold.ingest.dialect.deepva;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fanfold.kit.Json;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A job's files as DeepVA shows them. */
record Artifacts(JsonNode job, JsonNode artifacts) {

  ArrayNode list() {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (JsonNode artifact : artifacts.path("artifacts")) {
      String name = artifact.path("name").asText();
      list.addObject()
          .put("id", id(name))
          .put("filename", name)
          .put("mime_type", artifact.path("mediaType").asText())
          .put("time_created", JobView.time(job.path("endedAt")))
          .put("time_expiration", expiration())
          .putNull("export_id")
          .put("job_id", JobView.id(job));
    }
    return list;
  }

  /** The file of that id, or of that name. */
  Optional<JsonNode> named(String id) {
    for (JsonNode artifact : artifacts.path("artifacts")) {
      String name = artifact.path("name").asText();
      if (id.equals(name) || id.equalsIgnoreCase(id(name))) {
        return Optional.of(artifact);
      }
    }
    return Optional.empty();
  }

  /** The same whenever it is asked for. */
  private String id(String name) {
    return UUID.nameUUIDFromBytes((job.path("id").asLong() + "/" + name).getBytes(UTF_8))
        .toString();
  }

  /** Files go with their job. */
  private String expiration() {
    JsonNode ttl = job.path("ttlSeconds");
    JsonNode ended = job.path("endedAt");
    return ttl.isNumber() && ended.isTextual()
        ? JobView.time(
            TextNode.valueOf(
                Instant.parse(ended.textValue()).plusSeconds(ttl.longValue()).toString()))
        : null;
  }
}
