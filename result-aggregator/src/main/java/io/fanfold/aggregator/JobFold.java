package io.fanfold.aggregator;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Model;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;

/**
 * The rules by which a job's state follows from its batches' counts. Pure: the same records give
 * the same states, event ids included, however often they are folded.
 */
final class JobFold {

  private JobFold() {}

  /** The first states of an accepted job; two when it ends at once. */
  static List<JobState> accepted(Job job) {
    JobState queued = JobStates.queued(job);
    if (job.getFailure() == null) {
      return List.of(queued);
    }
    var failed = next(queued, job.getCreatedAt()).setFailure(job.getFailure());
    return List.of(queued, ended(failed, JobStatus.FAILED, JobOutcome.NONE, job.getCreatedAt()));
  }

  /**
   * The states that follow when a batch's counts change: none, one, or two when the first news of a
   * job is also its last.
   *
   * @param before the counts of the same batch that are in {@code state} already, or null
   */
  static List<JobState> counted(JobState state, BatchResult before, BatchResult now) {
    if (JobStates.isTerminal(state.getStatus()) || isStale(before, now)) {
      return List.of();
    }
    var states = new ArrayList<JobState>(2);
    JobState running = state;
    if (state.getStatus() == JobStatus.QUEUED) {
      running =
          changed(
              next(state, now.getStartedAt())
                  .setStartedAt(now.getStartedAt())
                  .setBatches(moved(state, null, false, false, false)),
              JobStatus.RUNNING,
              now.getStartedAt());
      states.add(running);
    }
    JobState counted = add(running, before, now);
    BatchCounts batches = counted.getBatches();
    if (batches.getCompleted() + batches.getFailed() == batches.getTotal()) {
      states.add(end(counted, now.getUpdatedAt()));
    } else if (states.isEmpty() || total(now) > 0) {
      states.add(counted);
    } else {
      // Only the start of the batch is news, and RUNNING says it.
      states.set(0, JobState.newBuilder(running).setBatches(batches).build());
    }
    return states;
  }

  /** Counts only grow, and a final count is the last of its attempt. */
  static boolean isStale(BatchResult before, BatchResult now) {
    if (before == null || now.getAttempt() > before.getAttempt()) {
      return false;
    }
    if (now.getAttempt() < before.getAttempt() || before.getIsFinal()) {
      return true;
    }
    return total(now) < total(before) || (total(now) == total(before) && !now.getIsFinal());
  }

  private static JobState add(JobState state, BatchResult before, BatchResult now) {
    long succeeded = state.getSucceeded() + now.getSucceeded();
    var byCode = new TreeMap<>(state.getFailedByCode());
    now.getFailed().forEach((code, count) -> byCode.merge(code, (long) count, Long::sum));
    if (before != null) {
      succeeded -= before.getSucceeded();
      before.getFailed().forEach((code, count) -> byCode.merge(code, (long) -count, Long::sum));
    }
    byCode.values().removeIf(count -> count == 0);
    long failed = byCode.values().stream().mapToLong(Long::longValue).sum();
    boolean completed = now.getIsFinal() && isCompleted(state.getFailureIsolation(), now);
    var models = new LinkedHashSet<Model>(state.getModels());
    models.addAll(now.getModels());
    return next(state, now.getUpdatedAt())
        .setSucceeded(succeeded)
        .setFailed(failed)
        .setPending(state.getTotal() - succeeded - failed - state.getCanceled())
        .setFailedByCode(byCode)
        .setBatches(moved(state, before, true, now.getIsFinal(), completed))
        .setModels(new ArrayList<>(models))
        .build();
  }

  private static boolean isCompleted(FailureIsolation isolation, BatchResult result) {
    return switch (isolation) {
      case ITEM -> result.getSucceeded() > 0 || result.getFailed().isEmpty();
      case BATCH -> result.getFailed().isEmpty();
    };
  }

  private static BatchCounts moved(
      JobState state, BatchResult before, boolean started, boolean ended, boolean completed) {
    BatchCounts counts = state.getBatches();
    int running = counts.getRunning() + (started ? 1 : 0) - (before != null ? 1 : 0);
    return new BatchCounts(
        counts.getTotal(),
        running - (ended ? 1 : 0),
        counts.getCompleted() + (ended && completed ? 1 : 0),
        counts.getFailed() + (ended && !completed ? 1 : 0),
        counts.getCanceled());
  }

  private static JobState end(JobState counted, Instant at) {
    JobOutcome outcome =
        counted.getFailed() == 0
            ? JobOutcome.ALL_SUCCEEDED
            : counted.getSucceeded() == 0 ? JobOutcome.ALL_FAILED : JobOutcome.PARTIAL;
    boolean completed =
        switch (counted.getFailureIsolation()) {
          case ITEM -> counted.getSucceeded() > 0;
          case BATCH -> counted.getBatches().getCompleted() > 0;
        };
    var builder = JobState.newBuilder(counted);
    if (!completed) {
      builder.setFailure(
          outcome == JobOutcome.ALL_FAILED
              ? new JobFailure(
                  "ALL_ITEMS_FAILED", "no item succeeded: " + counted.getFailedByCode())
              : new JobFailure("ALL_BATCHES_FAILED", "every batch has a failed item"));
    }
    return ended(builder, completed ? JobStatus.COMPLETED : JobStatus.FAILED, outcome, at);
  }

  private static JobState ended(
      JobState.Builder builder, JobStatus status, JobOutcome outcome, Instant at) {
    return changed(builder.setOutcome(outcome).setEndedAt(at), status, at);
  }

  private static JobState changed(JobState.Builder builder, JobStatus status, Instant at) {
    return builder
        .setStatus(status)
        .setStatusAt(at)
        .setEventId(JobStates.eventId(builder.getProject(), builder.getId(), builder.getSequence()))
        .build();
  }

  private static JobState.Builder next(JobState state, Instant at) {
    return JobState.newBuilder(state)
        .setSequence(state.getSequence() + 1)
        .setEventId(null)
        .setUpdatedAt(at.isAfter(state.getUpdatedAt()) ? at : state.getUpdatedAt());
  }

  private static int total(BatchResult result) {
    return result.getSucceeded()
        + result.getFailed().values().stream().mapToInt(Integer::intValue).sum();
  }
}
