package io.fanfold.aggregator;

import java.time.Instant;

/**
 * Keys that sort a project's jobs by age, newest first: {@code project/inverted micros/inverted
 * id}, the numbers padded so that they sort as text.
 */
final class JobOrder {

  private JobOrder() {}

  static String key(String project, Instant createdAt, long jobId) {
    long micros = createdAt.getEpochSecond() * 1_000_000 + createdAt.getNano() / 1_000;
    return "%s/%019d/%016d"
        .formatted(project, Long.MAX_VALUE - micros, 9_999_999_999_999_999L - jobId);
  }

  /** What all keys of a project start with; a project's name has no slash. */
  static String prefix(String project) {
    return project + "/";
  }
}
