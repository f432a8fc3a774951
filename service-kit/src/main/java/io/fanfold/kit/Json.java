package io.fanfold.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** JSON as we write it, and as strictly as we read it. */
public final class Json {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_CHARS = 40;

  // A small value takes a few bytes to send and a hundred to hold.
  private static final int MAX_TOKENS = 1_000_000;

  /** For writing. */
  public static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private static final ObjectMapper STRICT =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .maxTokenCount(MAX_TOKENS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /**
   * Reads one JSON document: valid UTF-8 only, no byte order mark, no duplicate keys, nothing after
   * it, no half characters, at most 64 levels deep and a million tokens long.
   *
   * @throws ProblemException 400, saying where it went wrong
   */
  public static JsonNode parse(byte[] body) {
    CharBuffer text;
    try {
      // Jackson alone guesses UTF-16 and lets overlong UTF-8 through.
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(body));
    } catch (CharacterCodingException e) {
      throw malformed("the body is not UTF-8");
    }
    if (hasLoneSurrogate(text)) {
      throw malformed("the body has an escape that is half a character (a lone surrogate)");
    }
    try {
      JsonNode node = STRICT.readTree(text.toString());
      if (node == null || node.isMissingNode()) {
        throw malformed("the body is empty");
      }
      return node;
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " (line %d, column %d)"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw malformed("the body is not JSON we read: " + e.getOriginalMessage() + where);
    } catch (NumberFormatException e) {
      // Jackson checks how many digits an exponent has, but not before it trips over them.
      throw malformed("the body has a number that is out of all range");
    } catch (IOException e) {
      throw malformed("the body is not JSON we read: " + e.getMessage());
    }
  }

  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON", e);
    }
  }

  /**
   * Whether a unicode escape is half of a pair. Looked for in the raw text, since even the parser's
   * own messages repeat what they found, and no UTF-8 can be written of it.
   */
  private static boolean hasLoneSurrogate(CharBuffer text) {
    boolean high = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = c == '\\';
      int unit = escaped ? escapedUnit(text, i) : c;
      boolean low = unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
      if (high != low) {
        return true;
      }
      high = unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
      if (escaped) {
        i += unit < 0 ? 1 : 5;
      }
    }
    return high;
  }

  /** What the four digits of a unicode escape say, or -1 if it is another escape. */
  private static int escapedUnit(CharBuffer text, int backslash) {
    if (backslash + 6 > text.length() || text.charAt(backslash + 1) != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static ProblemException malformed(String detail) {
    return Problem.of(400, "MALFORMED_JSON", "The body is not valid JSON", detail).exception();
  }
}
