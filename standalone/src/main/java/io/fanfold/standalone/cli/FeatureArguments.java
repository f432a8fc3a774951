package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code --features} and {@code --param} as the API takes them. */
final class FeatureArguments {
  private final Map<String, ObjectNode> features = new LinkedHashMap<>();
  private final ObjectMapper mapper = new ObjectMapper();

  FeatureArguments(List<String> names) {
    for (String name : names) {
      features.put(name.strip(), mapper.createObjectNode().put("name", name.strip()));
    }
  }

  /**
   * Adds one {@code Feature.name=value}; the value's type is the one the feature announces.
   *
   * @param offers the server's features
   * @throws IllegalArgumentException saying what is wrong with it
   */
  void parameter(String argument, JsonNode offers) {
    int equals = argument.indexOf('=');
    int dot = equals < 0 ? -1 : argument.lastIndexOf('.', equals);
    if (dot <= 0 || dot == equals - 1) {
      throw new IllegalArgumentException(
          "--param takes Feature.name=value, not '" + argument + "'");
    }
    String feature = argument.substring(0, dot);
    String name = argument.substring(dot + 1, equals);
    ObjectNode target = features.get(feature);
    if (target == null) {
      throw new IllegalArgumentException("--param names " + feature + ", --features does not");
    }
    JsonNode value;
    try {
      value = typed(announcedType(offers, feature, name), argument.substring(equals + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--param " + argument + ": not a number", e);
    }
    target.withObjectProperty("parameters").set(name, value);
  }

  ArrayNode toJson() {
    var array = mapper.createArrayNode();
    features.values().forEach(array::add);
    return array;
  }

  private JsonNode typed(String type, String value) {
    var nodes = mapper.getNodeFactory();
    return switch (type) {
      case "BOOLEAN" -> nodes.booleanNode(bool(value));
      case "INTEGER" -> nodes.numberNode(Long.parseLong(value));
      case "NUMBER" -> nodes.numberNode(Double.parseDouble(value));
      case "STRINGS" -> mapper.valueToTree(List.of(value.split(",", -1)));
      // What nobody announced goes as text: the server says what is wrong with it.
      default -> nodes.textNode(value);
    };
  }

  private static boolean bool(String value) {
    if (value.equals("true") || value.equals("false")) {
      return Boolean.parseBoolean(value);
    }
    throw new IllegalArgumentException("'" + value + "' is neither true nor false");
  }

  private static String announcedType(JsonNode offers, String feature, String name) {
    for (JsonNode offer : offers.path("features")) {
      if (offer.path("name").asText().equals(feature)) {
        for (JsonNode parameter : offer.path("parameters")) {
          if (parameter.path("name").asText().equals(name)) {
            return parameter.path("type").asText();
          }
        }
      }
    }
    return "";
  }
}
