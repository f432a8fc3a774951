package io.fanfold.aggregator;

import io.fanfold.kit.Padded;
import java.time.Instant;

/**
 * Positions that sort jobs by age, newest first: {@code inverted micros/inverted id}, padded so
 * that they sort as text.
 */
final class JobOrder {

  /** Sorts after every position, and after every key that continues one. */
  static final String END = "~";

  private static final long ID_CEILING = 9_999_999_999_999_999L;

  private JobOrder() {}

  static String position(Instant createdAt, long jobId) {
    return moment(micros(createdAt)) + "/" + Padded.of(ID_CEILING - jobId, 16);
  }

  /** The first position of jobs created before a moment. */
  static String before(Instant moment) {
    return moment(micros(moment) - 1);
  }

  /** What follows the last position of jobs created at or after a moment. */
  static String notBefore(Instant moment) {
    return moment(micros(moment)) + "/" + END;
  }

  private static String moment(long micros) {
    return Padded.of(Long.MAX_VALUE - Math.max(0, micros), 19);
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }
}
