package io.fanfold.ingest.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import java.nio.charset.StandardCharsets;

/** JSON as documentation shows it, against JSON as we answer. */
public final class Shapes {

  private Shapes() {}

  /** Single quotes stand for double ones. */
  public static JsonNode json(String text) {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** Everything of an example is there, of the same type and with the same value. */
  public static void assertHas(JsonNode actual, JsonNode example) {
    assertHas("", actual, example);
  }

  private static void assertHas(String path, JsonNode actual, JsonNode example) {
    assertThat(actual).as(path).isNotNull();
    assertThat(actual.getNodeType()).as(path).isEqualTo(example.getNodeType());
    if (example.isObject()) {
      example
          .properties()
          .forEach(
              entry ->
                  assertHas(
                      path + "." + entry.getKey(), actual.get(entry.getKey()), entry.getValue()));
    } else if (example.isArray()) {
      assertThat(actual).as(path).hasSize(example.size());
      for (int i = 0; i < example.size(); i++) {
        assertHas(path + "[" + i + "]", actual.get(i), example.get(i));
      }
    } else if (example.isNumber()) {
      assertThat(actual.doubleValue()).as(path).isEqualTo(example.doubleValue());
    } else {
      assertThat(actual).as(path).isEqualTo(example);
    }
  }
}
