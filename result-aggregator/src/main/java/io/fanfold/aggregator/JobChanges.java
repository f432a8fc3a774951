package io.fanfold.aggregator;

import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Those who wait for a job to change. Waiting holds no thread; how many may wait is bounded. */
final class JobChanges {

  private final int maxWaiters;
  private final Executor executor;
  private final Map<Long, Set<CompletableFuture<Boolean>>> waiters = new HashMap<>();
  private int waiting;

  /**
   * @param executor where those who have waited go on; never the stream thread that woke them
   */
  JobChanges(int maxWaiters, Executor executor) {
    this.maxWaiters = maxWaiters;
    this.executor = executor;
  }

  /**
   * One who waits.
   *
   * @param change completed by whoever ends the waiting
   * @param done completes after it, when the place is free again
   */
  record Waiter(CompletableFuture<Boolean> change, CompletableFuture<Boolean> done) {

    void end(boolean changed) {
      change.complete(changed);
    }
  }

  /**
   * Is done with true when the job's row changes after this call, or with false when it has not for
   * so long. Look at the row after calling this, or a change is missed.
   *
   * @throws ProblemException 503 when too many wait already
   */
  Waiter next(long jobId, Duration timeout) {
    var change = new CompletableFuture<Boolean>();
    synchronized (waiters) {
      if (waiting >= maxWaiters) {
        throw Problem.unavailable("too many requests wait for jobs to change").exception();
      }
      waiting++;
      waiters.computeIfAbsent(jobId, id -> new LinkedHashSet<>()).add(change);
    }
    CompletableFuture<Boolean> done =
        change.whenComplete((changed, failure) -> remove(jobId, change));
    change.completeOnTimeout(false, timeout.toMillis(), TimeUnit.MILLISECONDS);
    return new Waiter(change, done);
  }

  /** Wakes who waits for a job. */
  void changed(long jobId) {
    List<CompletableFuture<Boolean>> woken;
    synchronized (waiters) {
      Set<CompletableFuture<Boolean>> here = waiters.get(jobId);
      if (here == null) {
        return;
      }
      woken = new ArrayList<>(here);
    }
    executor.execute(() -> woken.forEach(change -> change.complete(true)));
  }

  int waiting() {
    synchronized (waiters) {
      return waiting;
    }
  }

  private void remove(long jobId, CompletableFuture<Boolean> change) {
    synchronized (waiters) {
      waiting--;
      Set<CompletableFuture<Boolean>> here = waiters.get(jobId);
      here.remove(change);
      if (here.isEmpty()) {
        waiters.remove(jobId);
      }
    }
  }
}
