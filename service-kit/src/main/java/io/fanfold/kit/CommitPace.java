package io.fanfold.kit;

import java.time.Duration;

/**
 * How often a transaction is committed because somebody waits for it. A commit costs much the same
 * whatever is in it: the first few are free, so that a small job waits for nobody, and then there
 * is one in each interval, which takes with it all that has come together. One that many had waited
 * for makes the next wait longer: there is a queue, and who stands in it waits for that anyway. A
 * huge job that goes on is nobody who waits, so that it does not hold up a small one.
 *
 * <p>For any thread. Times are of one clock, in nanoseconds.
 */
public final class CommitPace {

  // As many as a small job needs on its way, and then some.
  private static final int FREE = 8;

  // However many have waited.
  private static final int MOST = 16;

  private final long everyNanos;
  private double left = FREE;
  private long seenNanos;
  private boolean began;
  private int waiting;

  /**
   * @param every time between two commits for each who waited for the first, once the free ones are
   *     used up; it takes as long for one to be free again
   */
  public CommitPace(Duration every) {
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException("an interval must be positive");
    }
    this.everyNanos = every.toNanos();
  }

  /** So many jobs more wait for the next commit. */
  public synchronized void waits(int jobs) {
    waiting += jobs;
  }

  /** Whether now is the time for one, which is taken with it. */
  public synchronized boolean take(long nowNanos) {
    if (!began) {
      began = true;
      seenNanos = nowNanos;
    }
    left = Math.min(FREE, left + (double) Math.max(0, nowNanos - seenNanos) / everyNanos);
    seenNanos = Math.max(seenNanos, nowNanos);
    if (left < 1) {
      return false;
    }
    left -= Math.min(MOST, Math.max(1, waiting));
    waiting = 0;
    return true;
  }
}
