package io.fanfold.kit;

import java.util.LinkedHashMap;
import java.util.List;

/**
 * A problem document (RFC 9457, {@code application/problem+json}).
 *
 * @param status HTTP status
 * @param code stable and for programs, as in {@code INVALID_REQUEST}
 * @param title the kind of problem
 * @param detail this occurrence
 * @param errors the fields at fault, may be empty
 */
public record Problem(
    int status, String code, String title, String detail, List<FieldError> errors) {

  static final String MEDIA_TYPE = "application/problem+json";

  /**
   * @param field path of the field, as in {@code items[3].uri}
   * @param message what is wrong with it
   */
  public record FieldError(String field, String message) {

    private static final int MAX_FIELD_CHARS = 128;

    /** Names can be the caller's own, of any length; a long one is cut. */
    public FieldError {
      if (field.length() > MAX_FIELD_CHARS) {
        // Not in the middle of a character.
        field = field.substring(0, field.offsetByCodePoints(0, MAX_FIELD_CHARS / 2)) + "...";
      }
    }
  }

  public Problem {
    errors = List.copyOf(errors);
  }

  public static Problem of(int status, String code, String title, String detail) {
    return new Problem(status, code, title, detail, List.of());
  }

  /** 400 with the fields at fault. */
  public static Problem invalid(List<FieldError> errors) {
    FieldError first = errors.get(0);
    String detail =
        first.field().isEmpty() ? first.message() : first.field() + " " + first.message();
    if (errors.size() > 1) {
      detail += " (and " + (errors.size() - 1) + " more)";
    }
    return new Problem(400, "INVALID_REQUEST", "The request is not valid", detail, errors);
  }

  public static Problem notFound(String detail) {
    return of(404, "NOT_FOUND", "There is no such thing", detail);
  }

  /** 503; the caller may try again soon. */
  public static Problem unavailable(String detail) {
    return of(503, "UNAVAILABLE", "Not able to answer right now", detail);
  }

  /** The document itself. */
  byte[] json() {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", detail);
    body.put("code", code);
    if (!errors.isEmpty()) {
      body.put("errors", errors);
    }
    return Json.bytes(body);
  }

  public ProblemException exception() {
    return new ProblemException(this);
  }
}
