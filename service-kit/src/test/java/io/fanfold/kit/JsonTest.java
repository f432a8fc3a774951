package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

  static Stream<Arguments> malformed() {
    return Stream.of(
        malformed("no bytes at all", ""),
        malformed("only space", " \r\n\t "),
        malformed("an object left open", "{\"a\":1"),
        malformed("a string left open", "{\"a\":\"b"),
        malformed("a key without quotes", "{a:1}"),
        malformed("single quotes", "{'a':1}"),
        malformed("a trailing comma", "{\"a\":1,}"),
        malformed("a comment", "{\"a\":1}/* why */"),
        malformed("a second document", "{\"a\":1}{\"a\":2}"),
        malformed("a trailing token", "{\"a\":1} true"),
        malformed("trailing garbage", "{\"a\":1}garbage"),
        malformed("a trailing closing brace", "{\"a\":1}}"),
        malformed("a trailing null byte", "{\"a\":1}\0"),
        malformed("a duplicate key", "{\"a\":1,\"a\":2}"),
        malformed("a duplicate key, escaped once", "{\"a\":1,\"\\u0061\":2}"),
        malformed("a duplicate key further down", "{\"x\":[{\"a\":1,\"b\":2,\"a\":1}]}"),
        malformed("a raw null byte in a string", "{\"a\":\"b\0c\"}"),
        malformed("a raw line feed in a string", "{\"a\":\"b\nc\"}"),
        malformed("an unknown escape", "{\"a\":\"\\x41\"}"),
        malformed("a short unicode escape", "{\"a\":\"\\u00\"}"),
        malformed("NaN", "{\"a\":NaN}"),
        malformed("Infinity", "{\"a\":Infinity}"),
        malformed("minus Infinity", "{\"a\":-Infinity}"),
        malformed("a leading zero", "{\"a\":01}"),
        malformed("a leading plus", "{\"a\":+1}"),
        malformed("a bare fraction", "{\"a\":.5}"),
        malformed("a fraction without digits", "{\"a\":1.}"),
        malformed("hexadecimal", "{\"a\":0x10}"),
        malformed("a wrongly spelled literal", "{\"a\":True}"),
        malformed("an exponent no number holds", "{\"a\":1e99999999999}"),
        malformed("a number of 41 digits", "{\"a\":" + "1".repeat(41) + "}"),
        malformed("a number of a million digits", "{\"a\":" + "9".repeat(1_000_000) + "}"),
        malformed("depth 65", "[".repeat(65) + "]".repeat(65)),
        malformed("depth 1001", "[".repeat(1_001) + "]".repeat(1_001)),
        malformed("depth 100000 of objects", "{\"a\":".repeat(100_000)),
        malformed("a lone high surrogate", "{\"a\":\"\\ud800\"}"),
        malformed("a lone low surrogate", "{\"a\":\"\\udc00\"}"),
        malformed("surrogates the wrong way round", "{\"a\":\"\\udc00\\ud800\"}"),
        malformed("a high surrogate before a letter", "{\"a\":\"\\uD800a\"}"),
        malformed("a high surrogate before a line feed", "{\"a\":\"\\ud800\\n\"}"),
        malformed("a high surrogate before a whole character", "{\"a\":\"\\ud83d\uD83D\uDE00\"}"),
        malformed("a lone surrogate in a key", "{\"\\ud800\":1}"),
        malformed("a duplicate key that is a lone surrogate", "{\"\\ud800\":1,\"\\ud800\":1}"),
        malformed("a lone surrogate as a whole document", "\"\\ud800\""),
        malformed("more values than a job can need", "[" + "1,".repeat(1_500_000) + "1]"),
        malformed("UTF-16, big endian", "{\"a\":1}", StandardCharsets.UTF_16BE),
        malformed("UTF-16, little endian", "{\"a\":1}", StandardCharsets.UTF_16LE),
        malformed("UTF-16 with a byte order mark", "{\"a\":1}", StandardCharsets.UTF_16),
        malformed("UTF-32", "{\"a\":1}", Charset.forName("UTF-32BE")),
        malformed("Latin-1", "{\"a\":\"\u00e9\"}", StandardCharsets.ISO_8859_1),
        malformed("a byte order mark", "\ufeff{\"a\":1}"),
        malformed("overlong slash", "{\"a\":\"", bytes(0xC0, 0xAF), "\"}"),
        malformed("overlong slash, three bytes", "{\"a\":\"", bytes(0xE0, 0x80, 0xAF), "\"}"),
        malformed("overlong null", "{\"a\":\"", bytes(0xC0, 0x80), "\"}"),
        malformed("a surrogate as bytes", "{\"a\":\"", bytes(0xED, 0xA0, 0x80), "\"}"),
        malformed("a byte that never occurs", "{\"a\":\"", bytes(0xFF), "\"}"),
        malformed("a continuation alone", "{\"a\":\"", bytes(0x80), "\"}"),
        malformed("a character cut short", "{\"a\":\"", bytes(0xE2, 0x82), "\"}"),
        malformed("beyond the last character", "{\"a\":\"", bytes(0xF4, 0x90, 0x80, 0x80), "\"}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void what_is_not_strict_json_is_a_400(String name, byte[] body) {
    var refused = catchThrowableOfType(ProblemException.class, () -> Json.parse(body));

    assertThat(refused).as(name).isNotNull();
    assertThat(refused.problem().status()).isEqualTo(400);
    assertThat(refused.problem().code()).isEqualTo("MALFORMED_JSON");
    assertThat(refused.problem().detail()).isNotBlank().hasSizeLessThan(1_000);
    // The answer itself can be written.
    assertThat(Json.bytes(refused.problem())).isNotEmpty();
  }

  @Test
  void the_place_of_a_mistake_is_named() {
    assertThatThrownBy(() -> Json.parse("{\n  \"a\": nul\n}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("line 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"text\"", "true", "[]", "{}", " {} \n"})
  void any_value_may_be_the_whole_document(String text) {
    assertThat(parse(text)).isNotNull();
  }

  @Test
  void depth_64_is_the_most() {
    assertThat(parse("[".repeat(64) + "]".repeat(64)).isArray()).isTrue();
  }

  @Test
  void values_keep_the_type_they_were_written_in() {
    JsonNode json =
        parse(
            """
            {"fraction": 1.9, "whole": 1.0, "exponent": 1e3, "text": "5", "nothing": null,
             "big": 9223372036854775808, "huge": 1e999999999, "tiny": 1e-999999999}
            """);

    assertThat(json.get("fraction").isIntegralNumber()).isFalse();
    assertThat(json.get("whole").isIntegralNumber()).isFalse();
    assertThat(json.get("exponent").isIntegralNumber()).isFalse();
    assertThat(json.get("text").isNumber()).isFalse();
    assertThat(json.get("nothing").isNull()).isTrue();
    assertThat(json.get("big").bigIntegerValue()).isEqualTo(BigInteger.ONE.shiftLeft(63));
    assertThat(json.get("big").canConvertToLong()).isFalse();
    assertThat(json.get("huge").doubleValue()).isInfinite();
    assertThat(json.get("tiny").doubleValue()).isZero();
  }

  @Test
  void text_outside_ascii_is_read_as_it_is() {
    JsonNode json =
        parse(
            "{\"raw\":\"\u00e9\u4e2d\uD83D\uDE00\",\"escaped\":\"\\u00e9\\u4e2d\\ud83d\\ude00\"}");

    assertThat(json.get("raw").textValue()).isEqualTo("\u00e9\u4e2d\uD83D\uDE00");
    assertThat(json.get("escaped").textValue()).isEqualTo("\u00e9\u4e2d\uD83D\uDE00");
  }

  @Test
  void an_escaped_backslash_before_a_u_is_no_unicode_escape() {
    assertThat(parse("{\"a\":\"\\\\ud800\"}").get("a").textValue()).isEqualTo("\\ud800");
  }

  @Test
  void random_bytes_are_a_document_or_a_400() {
    long seed = Long.getLong("fanfold.seed", System.nanoTime());
    System.out.println("fanfold.seed=" + seed);
    var random = new Random(seed);
    byte[] good =
        "{\"items\":[{\"uri\":\"http://a/\\u00e9\uD83D\uDE00\",\"n\":-1.5e3}],\"b\":[true,null]}"
            .getBytes(StandardCharsets.UTF_8);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] body = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      try {
        Json.bytes(Json.parse(body));
        read++;
      } catch (ProblemException e) {
        assertThat(e.problem().status()).as("seed %d", seed).isEqualTo(400);
        Json.bytes(e.problem());
      }
    }
    assertThat(read).as("seed %d", seed).isBetween(1, 19_999);
  }

  @Test
  void what_jackson_cannot_write_is_a_programming_error() {
    assertThatThrownBy(() -> Json.bytes(Map.of("a", new Object())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JsonNode parse(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Arguments malformed(String name, String text) {
    return malformed(name, text, StandardCharsets.UTF_8);
  }

  private static Arguments malformed(String name, String text, Charset charset) {
    return Arguments.of(name, text.getBytes(charset));
  }

  private static Arguments malformed(String name, String before, byte[] raw, String after) {
    var body = new ByteArrayOutputStream();
    body.writeBytes(before.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(raw);
    body.writeBytes(after.getBytes(StandardCharsets.UTF_8));
    return Arguments.of(name, body.toByteArray());
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
