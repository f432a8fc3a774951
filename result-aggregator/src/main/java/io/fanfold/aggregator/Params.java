package io.fanfold.aggregator;

import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** Query parameters that are given once, or not at all. */
final class Params {

  static final int MAX_LIMIT = 1_000;

  /** Deeper into a list that is not arithmetic, one goes by cursor. */
  static final int MAX_OFFSET = 10_000;

  private Params() {}

  /**
   * @return null when absent
   */
  static String text(Context context, String name) {
    List<String> values = context.queryParams(name);
    if (values.size() > 1) {
      throw invalid(name, "must be given once");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  /** A moment as in {@code 2026-01-31T12:00:00Z}; null when absent. */
  static Instant moment(Context context, String name) {
    String text = text(context, name);
    if (text == null) {
      return null;
    }
    try {
      Instant moment = OffsetDateTime.parse(text).toInstant();
      if (moment.isBefore(Instant.EPOCH) || moment.getEpochSecond() > 253_402_300_799L) {
        throw invalid(name, "must be between 1970 and 9999");
      }
      return moment;
    } catch (DateTimeException e) {
      throw invalid(name, "must be a time as in 2026-01-31T12:00:00Z");
    }
  }

  /** A whole number from 0; absent is given back when there is none. */
  static long index(Context context, String name, long absent) {
    String text = text(context, name);
    return text == null ? absent : index(text, name);
  }

  /** A whole number from 0. */
  static long index(String text, String name) {
    if (!text.matches("[0-9]{1,16}")) {
      throw invalid(name, "must be a whole number, 0 or more");
    }
    return Long.parseLong(text);
  }

  static boolean flag(Context context, String name) {
    String text = text(context, name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw invalid(name, "must be true or false");
  }

  static ProblemException invalid(String name, String message) {
    return Problem.invalid(List.of(new FieldError(name, message))).exception();
  }
}
