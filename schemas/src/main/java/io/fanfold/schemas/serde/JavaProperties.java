package io.fanfold.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** Takes out of a schema what only the Java code generator put in. */
final class JavaProperties {

  private static final ObjectMapper JSON = new ObjectMapper();

  private JavaProperties() {}

  static Schema remove(Schema schema) {
    String text = schema.toString();
    if (!text.contains("avro.java.string")) {
      return schema;
    }
    try {
      JsonNode tree = JSON.readTree(text);
      prune(tree);
      return new Schema.Parser().setValidateDefaults(false).parse(tree.toString());
    } catch (JsonProcessingException e) {
      throw new SerializationException("a schema is not JSON: " + schema.getFullName(), e);
    }
  }

  private static void prune(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("avro.java.string");
    }
    for (JsonNode child : node) {
      prune(child);
    }
  }
}
