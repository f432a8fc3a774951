package io.fanfold.standalone.cli;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Points in time as people type them. */
final class Times {

  static final String FORM = "as in 2026-01-31 (its start, UTC) or 2026-01-31T12:00:00Z";

  private Times() {}

  /**
   * Returns the time as the server reads it; null for null.
   *
   * @throws ParameterException naming the option
   */
  static String instant(CommandSpec spec, String option, String text) {
    if (text == null) {
      return null;
    }
    try {
      return text.length() == "2026-01-31".length()
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toString()
          : OffsetDateTime.parse(text).toInstant().toString();
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(), "%s: no time: %s (%s)".formatted(option, text, FORM), e);
    }
  }
}
