package io.fanfold.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fanfold.schemas.serde.RegistryConnection.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** The registry behind Confluent's REST API, whoever serves it. */
final class HttpSchemaRegistryClient implements SchemaRegistryClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEEPEST_REFERENCE = 32;

  private final RegistryConnection registry;

  HttpSchemaRegistryClient(RegistryConnection registry) {
    this.registry = registry;
  }

  @Override
  public int register(String subject, String schema, boolean normalize) {
    String path = "/subjects/" + encoded(subject) + "/versions?normalize=" + normalize;
    return id(
        "registering a schema under subject " + subject, registry.post(path, request(schema)));
  }

  @Override
  public int find(String subject, String schema, boolean normalize) {
    String path = "/subjects/" + encoded(subject) + "?normalize=" + normalize + "&deleted=false";
    return id("looking a schema up under subject " + subject, registry.post(path, request(schema)));
  }

  @Override
  public Schema byId(int id) {
    String what = "getting schema " + id;
    JsonNode answer = json(what, registry.get("/schemas/ids/" + id));
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SerializationException("schema %d is %s, not AVRO".formatted(id, type));
    }
    return parse(what, new Schema.Parser().setValidateDefaults(false), answer, 0);
  }

  private Schema parse(String what, Schema.Parser parser, JsonNode answer, int depth) {
    if (depth > DEEPEST_REFERENCE) {
      throw new SerializationException(what + ": the references of the schema do not end");
    }
    for (JsonNode reference : answer.path("references")) {
      if (!parser.getTypes().containsKey(reference.path("name").asText())) {
        String subject = reference.path("subject").asText();
        int version = reference.path("version").asInt();
        String path = "/subjects/" + encoded(subject) + "/versions/" + version;
        parse(what, parser, json(what, registry.get(path)), depth + 1);
      }
    }
    try {
      return parser.parse(answer.path("schema").asText());
    } catch (RuntimeException e) {
      // Avro's own exceptions, and NullPointerException for an unknown type.
      throw new SerializationException(
          "%s: what %s has is no Avro schema: %s".formatted(what, registry, e.getMessage()), e);
    }
  }

  private int id(String what, Answer answer) {
    JsonNode id = json(what, answer).path("id");
    if (!id.isInt()) {
      throw unusable(what, answer, null);
    }
    return id.asInt();
  }

  private static JsonNode json(String what, Answer answer) {
    if (answer.status() == 401 || answer.status() == 403) {
      throw new SchemaRegistryUnavailableException(
          "%s: %s does not let us in (HTTP %d)".formatted(what, answer.place(), answer.status()));
    }
    JsonNode body;
    try {
      body = JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw unusable(what, answer, e);
    }
    if (answer.status() == 200) {
      return body;
    }
    if (!body.has("error_code")) {
      // Not a registry's own no: a proxy, a wrong path, a redirect.
      throw unusable(what, answer, null);
    }
    throw new SerializationException(
        "%s: %s answered %s %s"
            .formatted(
                what,
                answer.place(),
                body.path("error_code").asText(),
                body.path("message").asText()));
  }

  private static SchemaRegistryUnavailableException unusable(
      String what, Answer answer, Throwable cause) {
    return new SchemaRegistryUnavailableException(
        "%s: what %s answered (HTTP %d) is no schema registry's answer"
            .formatted(what, answer.place(), answer.status()),
        cause);
  }

  private static String request(String schema) {
    return JSON.createObjectNode().put("schema", schema).toString();
  }

  /** For a path segment, where a plus is a plus. */
  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
