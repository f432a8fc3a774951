package io.fanfold.aggregator;

import io.fanfold.kit.LoopThread;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts how often this process has stood still, as one that is swapped out or told to stop. When
 * it goes on it believes that all is as it was, while others may have been given its partitions and
 * answered for them. Whoever asks takes notice, so that nobody can be faster than that.
 *
 * <p>For any thread.
 */
final class Standstills implements LoopThread.Body {

  /**
   * Shorter than a session, less the time since its last heartbeat: until then nobody else is given
   * the partitions of a member of a group.
   */
  static final Duration HARMLESS = Duration.ofSeconds(3);

  private static final long BEAT_MS = 250;

  private final LongSupplier nanoTime;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long last;
  private int count;

  Standstills(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /** How often until now. */
  synchronized int count() {
    long now = nanoTime.getAsLong();
    if (now - last > HARMLESS.toNanos()) {
      count++;
    }
    last = now;
    return count;
  }

  @Override
  public void run() throws InterruptedException {
    while (!stopped.await(BEAT_MS, TimeUnit.MILLISECONDS)) {
      count();
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }
}
