package io.fanfold.ingest;

import io.fanfold.kit.Problem.FieldError;
import java.util.List;

/** What short texts of a submission may look like. */
final class TextRules {

  static final int MAX_CHARS = 256;

  private TextRules() {}

  /** A short text for people, if there is one. */
  static void check(String field, String text, List<FieldError> errors) {
    String problem = problem(text);
    if (problem != null) {
      errors.add(new FieldError(field, problem));
    }
  }

  /** What is wrong with a short text, or null; there need not be one. */
  static String problem(String text) {
    if (text == null) {
      return null;
    }
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      return "must be 1 to " + MAX_CHARS + " characters";
    }
    return isText(text) ? null : "must not have control characters";
  }

  /**
   * Whether it has neither control characters, which end up in headers and logs, nor lone
   * surrogates, which are no text at all. Without patterns and streams: this is run for each item.
   */
  static boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        i++;
        if (Character.isLowSurrogate(c)
            || i == text.length()
            || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
