package io.fanfold.webhook;

/** Attempts a second of one receiver; what a second allows may come at once. One thread's. */
final class TokenBucket {

  private double tokens;
  private long filledAtMs;

  TokenBucket(double perSecond, long nowMs) {
    this.tokens = capacity(perSecond);
    this.filledAtMs = nowMs;
  }

  /**
   * Takes a token: 0, or without one after how many milliseconds there will be one.
   *
   * @param perSecond positive; may change from call to call
   */
  long waitMs(double perSecond, long nowMs) {
    double earned = Math.max(0, nowMs - filledAtMs) * perSecond / 1000;
    tokens = Math.min(capacity(perSecond), tokens + earned);
    filledAtMs = nowMs;
    // A sum of fractions may miss a whole by a hair.
    if (tokens >= 1 - 1e-9) {
      tokens = Math.max(0, tokens - 1);
      return 0;
    }
    return (long) Math.ceil((1 - tokens) * 1000 / perSecond);
  }

  private static double capacity(double perSecond) {
    return Math.max(1, perSecond);
  }
}
