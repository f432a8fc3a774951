package io.fanfold.kit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.InvalidTxnStateException;

/**
 * Says which threads of Kafka Streams that ended may be replaced by new ones: those whose open
 * transaction the broker has given up, as it does when a process stands still. Whatever else the
 * broker answers then, Streams takes up its work anew; but if the next thing that goes on is the
 * commit, the answer is an invalid state, and Streams (4.3) gives up the thread. The new one starts
 * from what is committed.
 *
 * <p>For any thread.
 */
final class LostThreads {

  private static final Duration SPAN = Duration.ofMinutes(1);

  // Enough for a process that stands still again and again; not for one that never gets on.
  private static final int MOST = 4;

  private final LongSupplier nanoTime;
  private final Deque<Long> replaced = new ArrayDeque<>();

  LostThreads(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether a thread that ended so may be replaced; not many times within a minute. */
  synchronized boolean mayBeReplaced(Throwable cause) {
    if (!isLostTransaction(cause)) {
      return false;
    }
    long now = nanoTime.getAsLong();
    replaced.removeIf(then -> now - then > SPAN.toNanos());
    if (replaced.size() == MOST) {
      return false;
    }
    replaced.add(now);
    return true;
  }

  private static boolean isLostTransaction(Throwable cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof InvalidTxnStateException) {
        return true;
      }
    }
    return false;
  }
}
