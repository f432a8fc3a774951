package io.fanfold.aggregator;

import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.JobState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for a job to become something. */
final class JobWait {

  // A partition that moves away takes its changes with it, so one looks now and then.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  // A partition that is on its way between two instances is back within seconds.
  private static final long BACK_MS = 200;

  /** Says when a job that is at another instance changes. */
  interface Elsewhere {

    /**
     * Completes when the job's sequence is past the given one, or is not for so long; empty when it
     * is here.
     */
    Optional<CompletableFuture<Boolean>> change(long jobId, long after, Duration timeout);
  }

  private final JobViews views;
  private final JobChanges changes;
  private final Elsewhere elsewhere;
  private final Executor executor;
  private final Clock clock;

  JobWait(JobViews views, JobChanges changes, Elsewhere elsewhere, Executor executor, Clock clock) {
    this.views = views;
    this.changes = changes;
    this.elsewhere = elsewhere;
    this.executor = executor;
    this.clock = clock;
  }

  /** What is read while waiting: nothing stale. */
  JobViews views() {
    return views;
  }

  /**
   * The job when it is as wanted, or as it is at the deadline; empty when it is gone.
   *
   * @throws ProblemException 503, here or in the future, when it cannot be seen at the deadline
   */
  CompletableFuture<Optional<JobState>> until(
      long jobId, Predicate<JobState> wanted, Instant deadline) {
    Duration left = Duration.between(clock.instant(), deadline);
    if (left.isNegative() || left.isZero()) {
      return CompletableFuture.completedFuture(views.job(jobId));
    }
    Duration slice = left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN;
    JobChanges.Waiter waiter = changes.next(jobId, slice);
    Optional<JobState> job;
    try {
      job = views.job(jobId);
    } catch (ProblemException e) {
      // Nobody has it at the moment; who waits anyway may as well wait for that.
      waiter.end(false);
      Executor later =
          CompletableFuture.delayedExecutor(
              Math.min(BACK_MS, left.toMillis()), TimeUnit.MILLISECONDS, executor);
      return CompletableFuture.supplyAsync(() -> until(jobId, wanted, deadline), later)
          .thenCompose(found -> found);
    } catch (RuntimeException e) {
      waiter.end(false);
      throw e;
    }
    if (job.isEmpty() || wanted.test(job.get())) {
      waiter.end(false);
      return CompletableFuture.completedFuture(job);
    }
    // Whichever comes first; who is gone before it answers is found out by looking.
    elsewhere
        .change(jobId, job.get().getSequence(), slice)
        .ifPresent(
            other ->
                other.whenComplete(
                    (changed, failure) -> {
                      if (failure == null && changed) {
                        waiter.end(true);
                      }
                    }));
    return waiter.done().thenComposeAsync(changed -> until(jobId, wanted, deadline), executor);
  }
}
