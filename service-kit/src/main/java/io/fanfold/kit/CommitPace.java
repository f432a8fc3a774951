package io.fanfold.kit;

import java.time.Duration;

/**
 * How often a transaction is committed because somebody waits for it. A commit costs much the same
 * whatever is in it: the first few are free, so that a small job waits for nobody, and then there
 * is one in each interval, which takes with it all that has come together. One that had much to
 * take makes the next wait longer: there is a queue, and who stands in it waits for that anyway.
 *
 * <p>For any thread. Times are of one clock, in nanoseconds.
 */
public final class CommitPace {

  // As many as a small job needs on its way, and then some.
  private static final int FREE = 8;

  // So much work makes a commit cost as much as another one.
  private static final int WORK = 6;
  private static final double MOST = 4;

  private final long everyNanos;
  private double left = FREE;
  private long seenNanos;
  private boolean began;
  private int work;

  /**
   * @param every time between two commits once the free ones are used up; it takes as long for one
   *     to be free again
   */
  public CommitPace(Duration every) {
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException("an interval must be positive");
    }
    this.everyNanos = every.toNanos();
  }

  /** There is one record more to be committed. */
  public synchronized void worked() {
    work++;
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
    left -= Math.min(MOST, 1 + (double) work / WORK);
    work = 0;
    return true;
  }
}
