package io.fanfold.webhook;

/**
 * A circuit breaker of one receiver: after so many failures in a row it opens, and then lets one
 * attempt through after each pause until one succeeds. Not for several threads.
 */
final class Breaker {

  /** How long to wait for a probe that is under way before looking again, in milliseconds. */
  private static final long PROBE_LOOK_MS = 1_000;

  private final int limit;
  private final long pauseMs;
  private int failures;
  private long openUntilMs;
  private boolean probing;

  /**
   * @param limit failures in a row that open it; 0 for never
   */
  Breaker(int limit, long pauseMs) {
    this.limit = limit;
    this.pauseMs = pauseMs;
  }

  /** Whether an attempt may be made now: 0, or after how many milliseconds to ask again. */
  long waitMs(long nowMs) {
    if (!isOpen()) {
      return 0;
    }
    if (nowMs < openUntilMs) {
      return openUntilMs - nowMs;
    }
    if (probing) {
      return Math.min(pauseMs, PROBE_LOOK_MS);
    }
    probing = true;
    return 0;
  }

  void succeeded() {
    failures = 0;
    probing = false;
  }

  void failed(long nowMs) {
    failures++;
    probing = false;
    if (isOpen()) {
      openUntilMs = nowMs + pauseMs;
    }
  }

  /** An attempt that was allowed was not made. */
  void released() {
    probing = false;
  }

  private boolean isOpen() {
    return limit > 0 && failures >= limit;
  }
}
