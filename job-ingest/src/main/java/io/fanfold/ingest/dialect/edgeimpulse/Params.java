package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Query parameters of a request, which are empty where they are absent. What cannot be read is a
 * 400 that names it.
 */
interface Params {

  /** As given; null when it is absent. */
  String get(String name);

  static Params of(Context context) {
    return context::queryParam;
  }

  default String text(String name) {
    String value = get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  default boolean is(String name) {
    String value = get(name);
    return "true".equals(value) || "1".equals(value);
  }

  /** A whole number that is not negative, or null. */
  default Long whole(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    if (!value.matches("[0-9]{1,16}")) {
      throw wrong(name, "must be a whole number");
    }
    return Long.valueOf(value);
  }

  default int whole(String name, int absent, int min, int max) {
    Long value = whole(name);
    if (value == null) {
      return absent;
    }
    if (value < min || value > max) {
      throw wrong(name, "must be " + min + " to " + max);
    }
    return value.intValue();
  }

  default Double number(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      return Double.valueOf(value);
    } catch (NumberFormatException e) {
      throw wrong(name, "must be a number");
    }
  }

  default Instant instant(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      return value.length() == 10
          ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      throw wrong(name, "must be an ISO 8601 time, as in 2026-01-31T12:00:00Z");
    }
  }

  /** One of some words, or null. */
  default String oneOf(String name, List<String> words) {
    String value = text(name);
    if (value != null && !words.contains(value)) {
      throw wrong(name, "must be one of " + String.join(", ", words));
    }
    return value;
  }

  static ProblemException wrong(String name, String message) {
    return Problem.invalid(List.of(new FieldError(name, message))).exception();
  }
}
