package io.fanfold.aggregator;

/**
 * Whether something that this thread has read for the current request came from a standby, and may
 * be older than what was shown before.
 */
final class Staleness {

  /** The response header that says so. */
  static final String HEADER = "Fanfold-Stale";

  private final ThreadLocal<Boolean> seen = ThreadLocal.withInitial(() -> false);

  void begin() {
    seen.remove();
  }

  void mark() {
    seen.set(true);
  }

  boolean isMarked() {
    return seen.get();
  }
}
