package io.fanfold.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a running pipeline says of itself to other processes.
 *
 * @param pid its process
 * @param addresses where it is reached, absent while it starts
 */
public record RunningInstance(long pid, Optional<Addresses> addresses) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * @param http base URL of the HTTP API
   * @param kafka bootstrap servers
   * @param schemaRegistry base URL of the schema registry
   */
  public record Addresses(String http, String kafka, String schemaRegistry) {

    /** One line of JSON. */
    public String toJson() {
      return put(MAPPER.createObjectNode()).toString();
    }

    private ObjectNode put(ObjectNode json) {
      return json.put("http", http).put("kafka", kafka).put("schemaRegistry", schemaRegistry);
    }
  }

  String toJson() {
    var json = MAPPER.createObjectNode().put("pid", pid);
    addresses.ifPresent(known -> known.put(json));
    return json.toString();
  }

  /** Empty when the text is not what {@link #toJson()} writes. */
  static Optional<RunningInstance> fromJson(String text) {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (!json.path("pid").isIntegralNumber()) {
      return Optional.empty();
    }
    Optional<Addresses> addresses =
        json.hasNonNull("http")
            ? Optional.of(
                new Addresses(
                    json.path("http").asText(),
                    json.path("kafka").asText(),
                    json.path("schemaRegistry").asText()))
            : Optional.empty();
    return Optional.of(new RunningInstance(json.path("pid").asLong(), addresses));
  }

  boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
