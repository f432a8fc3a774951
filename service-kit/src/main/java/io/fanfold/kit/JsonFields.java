package io.fanfold.kit;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Problem.FieldError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the fields of a JSON object by name and exact type: no coercion, null means absent, and
 * what was not asked for is an error. What is wrong is collected with the path of the field.
 */
public final class JsonFields {

  /** Nobody reads more, and a hostile body could bring millions. */
  private static final int MAX_ERRORS = 20;

  private final JsonNode node;
  private final String path;
  private final List<FieldError> errors;
  private final Set<String> known = new HashSet<>();

  /**
   * @param path of the object itself; empty for the body
   * @param errors gets what is wrong
   */
  public JsonFields(JsonNode node, String path, List<FieldError> errors) {
    this.node = node;
    this.path = path;
    this.errors = errors;
    if (!node.isObject()) {
      error(path, "must be an object");
    }
  }

  public String string(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      error(at(name), "must be a string");
      return null;
    }
    return value.textValue();
  }

  public Long integer(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      error(at(name), "must be a whole number");
      return null;
    }
    return value.longValue();
  }

  public Integer int32(String name) {
    Long value = integer(name);
    if (value == null) {
      return null;
    }
    if (value != value.intValue()) {
      error(at(name), "is out of range");
      return null;
    }
    return value.intValue();
  }

  public Double number(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      error(at(name), "must be a number");
      return null;
    }
    return value.doubleValue();
  }

  public boolean bool(String name, boolean absent) {
    JsonNode value = take(name);
    if (value == null) {
      return absent;
    }
    if (!value.isBoolean()) {
      error(at(name), "must be true or false");
      return absent;
    }
    return value.booleanValue();
  }

  public Instant instant(String name) {
    String value = string(name);
    if (value == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      error(at(name), "must be an ISO 8601 time with an offset, as in 2026-01-31T12:00:00Z");
      return null;
    }
  }

  public <E extends Enum<E>> E oneOf(String name, Class<E> type, E absent) {
    String value = string(name);
    if (value == null) {
      return absent;
    }
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value)) {
        return constant;
      }
    }
    error(at(name), "must be one of " + List.of(type.getEnumConstants()));
    return absent;
  }

  public Map<String, String> strings(String name) {
    var found = new LinkedHashMap<String, String>();
    JsonNode value = take(name);
    if (value == null) {
      return found;
    }
    if (!value.isObject()) {
      error(at(name), "must be an object");
      return found;
    }
    value
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isTextual()) {
                found.put(entry.getKey(), entry.getValue().textValue());
              } else {
                error(at(name) + "." + entry.getKey(), "must be a string");
              }
            });
    return found;
  }

  public List<String> stringList(String name) {
    var found = new ArrayList<String>();
    List<JsonNode> values = elements(name);
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i).isTextual()) {
        found.add(values.get(i).textValue());
      } else {
        error(at(name) + "[" + i + "]", "must be a string");
      }
    }
    return found;
  }

  public List<Long> integers(String name) {
    var found = new ArrayList<Long>();
    List<JsonNode> values = elements(name);
    for (int i = 0; i < values.size(); i++) {
      JsonNode value = values.get(i);
      if (value.isIntegralNumber() && value.canConvertToLong()) {
        found.add(value.longValue());
      } else {
        error(at(name) + "[" + i + "]", "must be a whole number");
      }
    }
    return found;
  }

  /** A list of objects, one read after the other: there may be very many. */
  public <T> List<T> objects(String name, Function<JsonFields, T> read) {
    var found = new ArrayList<T>();
    List<JsonNode> values = elements(name);
    for (int i = 0; i < values.size(); i++) {
      found.add(read.apply(new JsonFields(values.get(i), at(name) + "[" + i + "]", errors)));
    }
    return found;
  }

  /** The object of that name, or null. */
  public JsonFields object(String name) {
    JsonNode value = take(name);
    return value == null ? null : new JsonFields(value, at(name), errors);
  }

  /** Values of the kinds a feature's parameters have. */
  public Map<String, Object> parameters(String name) {
    var found = new LinkedHashMap<String, Object>();
    JsonNode value = take(name);
    if (value == null) {
      return found;
    }
    if (!value.isObject()) {
      error(at(name), "must be an object");
      return found;
    }
    value
        .properties()
        .forEach(
            entry -> {
              Object parameter = parameter(entry.getValue());
              if (parameter == null) {
                error(
                    at(name) + "." + entry.getKey(),
                    "must be a boolean, a number, a string or a list of strings");
              } else {
                found.put(entry.getKey(), parameter);
              }
            });
    return found;
  }

  /** Call when everything was asked for: what is left over is an error. */
  public void done() {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                error(at(name), "is not a known field");
              }
            });
  }

  /**
   * @throws ProblemException 400 with the errors, if there are any; the first 20 of them
   */
  public static void refuse(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors.subList(0, Math.min(errors.size(), MAX_ERRORS))).exception();
    }
  }

  private static Object parameter(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isArray()) {
      var strings = new ArrayList<String>();
      for (JsonNode element : value) {
        if (!element.isTextual()) {
          return null;
        }
        strings.add(element.textValue());
      }
      return strings;
    }
    return null;
  }

  private List<JsonNode> elements(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      error(at(name), "must be a list");
      return List.of();
    }
    var elements = new ArrayList<JsonNode>(value.size());
    value.forEach(elements::add);
    return elements;
  }

  private JsonNode take(String name) {
    known.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void error(String field, String message) {
    if (errors.size() < MAX_ERRORS) {
      errors.add(new FieldError(field, message));
    }
  }
}
