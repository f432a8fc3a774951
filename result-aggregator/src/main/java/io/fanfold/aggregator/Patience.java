package io.fanfold.aggregator;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Looks again for what is not there at the moment: a job that was accepted just now, a partition
 * that is on its way between two instances. It is there within seconds, and who waits for it is
 * spared an error. Only some may wait, since each has a thread of those that answer everybody.
 *
 * <p>For any thread.
 */
final class Patience {

  /** Waits a while. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  // As long as it takes to restart an instance; one that died is missed for longer.
  private static final Duration USUAL = Duration.ofSeconds(3);
  private static final Duration FIRST = Duration.ofMillis(5);
  private static final Duration LONGEST = Duration.ofMillis(50);

  private final Duration longest;
  private final Semaphore waiting;
  private final LongSupplier nanoTime;
  private final Pause pause;

  /**
   * @param longest how long is waited before the last look
   * @param most how many may wait at once; others look once
   */
  Patience(Duration longest, int most, LongSupplier nanoTime, Pause pause) {
    this.longest = longest;
    this.waiting = new Semaphore(most);
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /**
   * @param most how many may wait at once
   */
  static Patience of(int most) {
    return new Patience(
        USUAL, most, System::nanoTime, wait -> TimeUnit.NANOSECONDS.sleep(wait.toNanos()));
  }

  /** For those who look again themselves. */
  static Patience none() {
    return new Patience(Duration.ZERO, 1, System::nanoTime, wait -> {});
  }

  /** What a look finds, empty when none has found anything. */
  <T> Optional<T> find(Supplier<Optional<T>> look) {
    long begun = nanoTime.getAsLong();
    Optional<T> found = look.get();
    if (found.isPresent() || !waiting.tryAcquire()) {
      return found;
    }
    try {
      Duration next = FIRST;
      while (found.isEmpty() && nanoTime.getAsLong() - begun < longest.toNanos()) {
        pause.of(next);
        next = next.compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
        found = look.get();
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      waiting.release();
    }
  }
}
