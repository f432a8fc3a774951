package io.fanfold.ingest;

import io.fanfold.ingest.SplitTimers.Kind;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.StopReason;
import java.time.Duration;

/** What becomes of jobs in the end: their time is over, they are removed, they are forgotten. */
final class JobEnds {

  private final SplitJobs jobs;
  private final SplitTimers timers;
  private final SplitterOutput out;
  private final SplitterLimits limits;

  JobEnds(SplitJobs jobs, SplitTimers timers, SplitterOutput out, SplitterLimits limits) {
    this.jobs = jobs;
    this.timers = timers;
    this.out = out;
    this.limits = limits;
  }

  /** An attempt has ended. */
  void ended(ActiveSplit split) {
    ended(jobs.header(split.jobId), split.attempt);
    if (split.isAnnounced()) {
      // Whoever reads splits late has to find how it ended, so it stays for a while.
      timers.set(
          out.nowMs() + limits.deletedKept().toMillis(), Kind.SPLIT, split.jobId, split.attempt);
    }
  }

  /** A job has ended: it may stay for a given time only. */
  void ended(Job job, int attempt) {
    Duration ttl =
        job.getTtlSeconds() == null ? limits.defaultTtl() : Duration.ofSeconds(job.getTtlSeconds());
    if (!ttl.isZero()) {
      timers.set(out.nowMs() + ttl.toMillis(), Kind.TTL, job.getId(), attempt);
    }
  }

  /** Removes a job, whether it is under way or not, and keeps its id for a while. */
  void delete(long jobId, ActiveSplits active) {
    SplitJob row = jobs.find(jobId).orElseThrow();
    active.delete(jobId);
    out.jobGone(jobId);
    jobs.put(jobId, row.asDeleted());
    timers.set(out.nowMs() + limits.deletedKept().toMillis(), Kind.FORGET, jobId, row.attempt());
  }

  /** A timer of a job has come; it may be about a state of the job that is over. */
  void due(SplitTimers.Timer timer, ActiveSplits active) {
    long jobId = timer.jobId();
    var row = jobs.find(jobId);
    boolean present = row.isPresent() && !row.get().deleted();
    switch (timer.kind()) {
      case DEADLINE -> {
        if (present && active.isActive(jobId)) {
          active.stop(jobId, StopReason.EXPIRED);
        }
      }
      case TTL -> {
        if (present && !active.isActive(jobId) && row.get().attempt() == timer.attempt()) {
          delete(jobId, active);
        }
      }
      case SPLIT -> {
        if (present && !active.isActive(jobId) && row.get().attempt() == timer.attempt()) {
          out.splitGone(jobId);
        }
      }
      case FORGET -> {
        if (row.isPresent() && row.get().deleted()) {
          out.splitGone(jobId);
          jobs.forget(jobId);
        }
      }
      case COMMANDS -> throw new IllegalArgumentException("a timer of commands, not of a job");
    }
  }
}
