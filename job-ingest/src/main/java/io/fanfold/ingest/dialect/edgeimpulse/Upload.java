package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.SampleCategory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A file that is uploaded.
 *
 * @param filename as given
 * @param mediaType {@link Acquisition#JSON} or {@link Acquisition#CSV}
 * @param label null for none
 * @param unique whether the same content must not be there yet
 */
record Upload(
    SampleCategory category,
    String filename,
    String mediaType,
    String label,
    boolean unique,
    Map<String, String> metadata,
    byte[] content) {

  private static final int MAX_CHARS = 256;
  private static final int MAX_METADATA = 50;

  Upload {
    metadata = Map.copyOf(metadata);
  }

  /** What a header says, by its name in lower case. */
  interface Headers {
    String get(String name);
  }

  /**
   * @param contentType of the content itself; null when it is not known
   */
  static Upload read(
      String category, Headers headers, String filename, String contentType, byte[] content) {
    String name = filename(filename);
    return new Upload(
        category(category),
        name,
        mediaType(name, contentType, content),
        label(headers, name),
        "1".equals(headers.get("x-disallow-duplicates"))
            || "true".equals(headers.get("x-disallow-duplicates")),
        metadata(headers.get("x-metadata")),
        content);
  }

  static SampleCategory category(String text) {
    return switch (text) {
      case "training" -> SampleCategory.TRAINING;
      case "testing" -> SampleCategory.TESTING;
      default -> throw Problem.notFound("The category must be training or testing").exception();
    };
  }

  /** The name without its extension, with something of the id that makes it one of a kind. */
  String storedName(long id) {
    String base = filename;
    String lower = base.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".json") || lower.endsWith(".csv")) {
      base = base.substring(0, base.lastIndexOf('.'));
    }
    return base + "." + Long.toString(id, Character.MAX_RADIX);
  }

  private static String filename(String given) {
    if (given == null || given.isBlank()) {
      throw invalid("x-file-name", "is required");
    }
    String name = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    if (name.isBlank() || name.length() > MAX_CHARS || hasControl(name)) {
      throw invalid("x-file-name", "must be 1 to " + MAX_CHARS + " characters of text");
    }
    return name;
  }

  private static String mediaType(String name, String contentType, byte[] content) {
    String type =
        contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    String lower = name.toLowerCase(Locale.ROOT);
    if (type.equals(Acquisition.CSV) || lower.endsWith(".csv")) {
      return Acquisition.CSV;
    }
    if (type.equals(Acquisition.JSON) || lower.endsWith(".json") || isObject(content)) {
      return Acquisition.JSON;
    }
    throw Problem.of(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Not that media type",
            "Send the data acquisition format as application/json, or text/csv")
        .exception();
  }

  private static boolean isObject(byte[] content) {
    return content.length > 0 && content[0] == '{';
  }

  /** As the header says, and otherwise the file's name up to the first dot. */
  private static String label(Headers headers, String name) {
    if ("1".equals(headers.get("x-no-label"))) {
      return null;
    }
    String given = headers.get("x-label");
    String label = given != null ? given : name.split("\\.", 2)[0];
    if (label.length() > MAX_CHARS || hasControl(label)) {
      throw invalid("x-label", "must be at most " + MAX_CHARS + " characters of text");
    }
    return label.isBlank() ? null : label;
  }

  private static Map<String, String> metadata(String header) {
    var found = new LinkedHashMap<String, String>();
    if (header == null || header.isBlank()) {
      return found;
    }
    JsonNode given = Json.parse(header.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    boolean good = given.isObject() && given.size() <= MAX_METADATA;
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      String value = entry.getValue().asText();
      good &= entry.getValue().isValueNode() && entry.getKey().length() + value.length() <= 1024;
      found.put(entry.getKey(), value);
    }
    if (!good) {
      throw invalid("x-metadata", "must be a JSON object of at most " + MAX_METADATA + " texts");
    }
    return found;
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  private static ProblemException invalid(String field, String message) {
    return Problem.invalid(List.of(new FieldError(field, message))).exception();
  }

  /** The id a path names. */
  static Optional<Long> id(String text) {
    return text.matches("[1-9][0-9]{0,15}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }
}
