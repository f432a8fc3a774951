package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ManifestFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one line of a manifest says. A bad line is an item all the same, one that says what is wrong
 * with it.
 */
final class ManifestLine {

  private static final int MAX_MESSAGE = 200;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private String sourceRef;
  private String uri;
  private String customId;
  private String mediaType;
  // Only wrong in a line that has no source-ref.
  private String unknown;

  private ManifestLine() {}

  /**
   * The item of a line, its index not set; none if the line is blank.
   *
   * @param line as it stands in the manifest, without its end
   * @param number 1 first
   */
  static Optional<Item> item(byte[] line, long number, ManifestFormat format) {
    String text;
    try {
      text = text(line, number).strip();
    } catch (CharacterCodingException e) {
      return Optional.of(invalid("the line is not UTF-8", number));
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    boolean json =
        switch (format) {
          case AUTO -> text.charAt(0) == '{';
          case JSON_LINES -> true;
          case LIST -> false;
        };
    var parsed = new ManifestLine();
    String problem = json ? parsed.readJson(text) : null;
    if (!json) {
      parsed.uri = text;
    }
    if (problem == null) {
      problem = parsed.problem();
    }
    return Optional.of(parsed.item(problem, number));
  }

  static Item tooLong(long number) {
    return invalid("the line is longer than " + ManifestLines.MAX_LINE_BYTES + " bytes", number);
  }

  private static Item invalid(String problem, long number) {
    return new ManifestLine().item(problem, number);
  }

  private Item item(String problem, long number) {
    String named = sourceRef == null ? uri : sourceRef;
    boolean shown = named != null && (problem == null || uriProblem(named) == null);
    return Item.newBuilder()
        .setUri(shown ? named : "")
        .setCustomId(TextRules.problem(customId) == null ? customId : null)
        .setMediaType(TextRules.problem(mediaType) == null ? mediaType : null)
        .setLine(number)
        .setInvalid(problem)
        .build();
  }

  /** Reads the line's members; what is wrong with it as JSON, or null. */
  private String readJson(String text) {
    try (JsonParser in = JSON.createParser(text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return "the line is not a JSON object";
      }
      String problem = null;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        JsonToken value = in.nextToken();
        String wrong = take(name, value, in);
        problem = problem == null ? wrong : problem;
        in.skipChildren();
      }
      return in.nextToken() == null ? problem : "the line has something after its JSON object";
    } catch (JsonProcessingException e) {
      return message("the line is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      return message("the line is not JSON: " + e.getMessage());
    }
  }

  private String take(String name, JsonToken token, JsonParser in) throws IOException {
    String value = token == JsonToken.VALUE_STRING ? in.getText() : null;
    boolean empty = token == JsonToken.VALUE_NULL;
    switch (name) {
      case "source-ref" -> {
        sourceRef = value;
        return value == null ? "source-ref must be a string" : null;
      }
      case "uri" -> {
        uri = value;
        return value == null ? "uri must be a string" : null;
      }
      case "customId" -> {
        customId = value;
        return value == null && !empty ? "customId must be a string" : null;
      }
      case "mediaType" -> {
        mediaType = value;
        return value == null && !empty ? "mediaType must be a string" : null;
      }
      default -> {
        unknown = unknown == null ? name : unknown;
        return null;
      }
    }
  }

  private String problem() {
    if (sourceRef != null && uri != null) {
      return "the line has both source-ref and uri";
    }
    if (sourceRef == null && uri == null) {
      return "the line has neither source-ref nor uri";
    }
    if (sourceRef == null && unknown != null) {
      return message("the line has an unknown key: " + unknown);
    }
    String problem =
        sourceRef == null
            ? problem("uri", uriProblem(uri))
            : problem("source-ref", uriProblem(sourceRef));
    if (problem == null) {
      problem = problem("customId", TextRules.problem(customId));
    }
    return problem == null ? problem("mediaType", TextRules.problem(mediaType)) : problem;
  }

  // The line has a bound of its own.
  private static String uriProblem(String uri) {
    return ItemRules.uriProblem(uri, Integer.MAX_VALUE);
  }

  private static String problem(String field, String problem) {
    return problem == null ? null : field + " " + problem;
  }

  private static String message(String text) {
    String head = text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text;
    // Cutting may have halved a character, and the parser repeats what it found.
    return new String(
        CONTROL.matcher(head).replaceAll(" ").getBytes(StandardCharsets.UTF_8),
        StandardCharsets.UTF_8);
  }

  private static String text(byte[] line, long number) throws CharacterCodingException {
    boolean ascii = true;
    for (byte b : line) {
      ascii &= b >= 0;
    }
    if (ascii) {
      return new String(line, ISO_8859_1);
    }
    String text =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(line))
            .toString();
    // A byte order mark at the beginning of the manifest is none of its text.
    return number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
