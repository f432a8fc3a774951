package io.fanfold.standalone.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Records as the keys and values Confluent's registry keeps in its own topic. */
final class RecordJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordJson() {}

  static byte[] key(RegistryRecord record) {
    ObjectNode key = JSON.createObjectNode();
    if (record instanceof RegistryRecord.Version version) {
      key.put("keytype", "SCHEMA")
          .put("subject", version.subject())
          .put("version", version.version())
          .put("magic", 1);
    } else if (record instanceof RegistryRecord.Level level) {
      key.put("keytype", "CONFIG").put("subject", level.subject()).put("magic", 0);
    }
    return bytes(key);
  }

  static byte[] value(RegistryRecord record) {
    ObjectNode value = JSON.createObjectNode();
    if (record instanceof RegistryRecord.Version version) {
      value
          .put("subject", version.subject())
          .put("version", version.version())
          .put("id", version.id())
          .put("schema", version.schema())
          .put("deleted", version.deleted());
    } else if (record instanceof RegistryRecord.Level level) {
      value.put("compatibilityLevel", level.level().name());
    }
    return bytes(value);
  }

  /**
   * The record, unless it is of a kind that says nothing here.
   *
   * @param value null for a tombstone
   * @throws IllegalArgumentException when it is no record of a registry
   */
  static Optional<RegistryRecord> parse(byte[] key, byte[] value) {
    if (key == null || value == null) {
      return Optional.empty();
    }
    JsonNode keyTree = tree(key);
    JsonNode tree = tree(value);
    return switch (keyTree.path("keytype").asText()) {
      case "SCHEMA" -> Optional.of(version(tree));
      case "CONFIG" ->
          Compatibility.parse(tree.path("compatibilityLevel").asText())
              .map(level -> new RegistryRecord.Level(keyTree.path("subject").textValue(), level));
      default -> Optional.empty();
    };
  }

  private static RegistryRecord version(JsonNode value) {
    if (!value.path("subject").isTextual()
        || !value.path("version").isInt()
        || !value.path("id").isInt()
        || !value.path("schema").isTextual()) {
      throw new IllegalArgumentException("a schema without subject, version, id or text");
    }
    // A registry of more kinds may have written here; what is no Avro of its own keeps its id.
    boolean foreign =
        !value.path("schemaType").asText("AVRO").equals("AVRO")
            || !value.path("references").isEmpty();
    return new RegistryRecord.Version(
        value.path("subject").asText(),
        value.path("version").asInt(),
        value.path("id").asInt(),
        value.path("schema").asText(),
        foreign || value.path("deleted").asBoolean(false));
  }

  private static JsonNode tree(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
