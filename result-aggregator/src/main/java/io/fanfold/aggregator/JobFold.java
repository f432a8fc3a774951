package io.fanfold.aggregator;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Splitting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The rules by which a job's state follows from what was handed out and its batches' counts. Pure:
 * the same records give the same states, event ids included, however often they are folded, and
 * whichever of the topics is read first, the last state says the same. How a job ends is in {@link
 * JobEnd}.
 */
final class JobFold {

  private static final int FIELDS = JobState.getClassSchema().getFields().size();

  private JobFold() {}

  /** The first states of an accepted job; two when it ends at once. */
  static List<JobState> accepted(Job job) {
    JobState queued = JobStates.queued(job);
    if (job.getFailure() == null) {
      return List.of(queued);
    }
    JobState failed = next(queued, job.getCreatedAt());
    failed.setFailure(job.getFailure());
    failed.setOutcome(JobOutcome.NONE);
    failed.setEndedAt(job.getCreatedAt());
    changed(failed, JobStatus.FAILED, job.getCreatedAt());
    return List.of(queued, failed);
  }

  /**
   * The states that follow when a batch's counts change: none, one, or two when the first news of
   * an attempt is also its last.
   *
   * @param state of the attempt that {@code now} is of
   * @param before the counts of the same batch that are in {@code state} already, or null
   */
  static List<JobState> counted(JobState state, BatchResult before, BatchResult now) {
    if (JobStates.isTerminal(state.getStatus()) || BatchRules.isStale(before, now)) {
      return List.of();
    }
    var states = new ArrayList<JobState>(2);
    JobState running = state;
    if (state.getStatus() == JobStatus.QUEUED) {
      running = next(state, now.getStartedAt());
      running.setStartedAt(now.getStartedAt());
      changed(running, JobStatus.RUNNING, now.getStartedAt());
      states.add(running);
    }
    JobState counted = next(running, now.getUpdatedAt());
    add(counted, before, now);
    if (JobEnd.isReached(counted)) {
      JobEnd.apply(counted);
      states.add(counted);
    } else if (states.isEmpty() || BatchRules.total(now) > 0) {
      states.add(counted);
    } else {
      // Only the start of the batch is news, and RUNNING says it.
      running.setBatches(counted.getBatches());
      running.setTotal(counted.getTotal());
      running.setPending(counted.getPending());
    }
    return states;
  }

  /**
   * The state that follows when more was handed out, or the job was stopped, or splitting failed;
   * none if that changes nothing.
   *
   * @param state of the attempt that {@code split} is of
   */
  static List<JobState> split(JobState state, Split split) {
    if (JobStates.isTerminal(state.getStatus())) {
      return List.of();
    }
    JobState more = next(state, split.getUpdatedAt());
    handOut(more, split);
    if (JobEnd.isReached(more)) {
      JobEnd.apply(more);
    } else if (isSame(state, more)) {
      return List.of();
    }
    return List.of(more);
  }

  /**
   * The states that follow when the failed items of a job that has ended are run again: two when
   * nothing could be handed out.
   *
   * @param split the first of the next attempt
   */
  static List<JobState> again(JobState ended, Split split) {
    JobState queued = next(ended, split.getUpdatedAt());
    var history = new ArrayList<>(ended.getHistory());
    history.add(
        new EndedAttempt(
            ended.getAttempt(),
            ended.getStatus(),
            ended.getOutcome(),
            ended.getSucceeded(),
            ended.getFailed(),
            ended.getCanceled(),
            ended.getStartedAt() == null ? ended.getEndedAt() : ended.getStartedAt(),
            ended.getEndedAt()));
    queued.setHistory(history);
    queued.setAttempt(split.getAttempt());
    queued.setPending(ended.getPending() + ended.getFailed());
    queued.setFailed(0);
    queued.setFailedByCode(Map.of());
    queued.setBatches(new BatchCounts(0, 0, 0, 0, 0));
    queued.setFailure(null);
    queued.setOutcome(JobOutcome.NONE);
    queued.setStartedAt(null);
    queued.setEndedAt(null);
    changed(queued, JobStatus.QUEUED, queued.getUpdatedAt());
    handOut(queued, split);
    if (!JobEnd.isReached(queued)) {
      return List.of(queued);
    }
    JobState over = next(queued, queued.getUpdatedAt());
    JobEnd.apply(over);
    return List.of(queued, over);
  }

  /** Notes a change of status in a state that is being made. */
  static void changed(JobState draft, JobStatus status, Instant at) {
    draft.setStatus(status);
    draft.setStatusAt(at);
    draft.setEventId(JobStates.eventId(draft.getProject(), draft.getId(), draft.getSequence()));
  }

  /**
   * Whether the items came with the job and run for the first time: all is known from the start.
   */
  static boolean isWholeFromTheStart(JobState state) {
    return state.getAttempt() == 1 && state.getManifest() == null;
  }

  private static void handOut(JobState draft, Split split) {
    draft.setStop(split.getStop());
    draft.setFailure(split.getFailure());
    if (isWholeFromTheStart(draft)) {
      return;
    }
    boolean first = split.getAttempt() == 1;
    // What was read of the manifest stays to be seen when the failed items are run again.
    Splitting read = first ? null : draft.getSplitting();
    draft.setSplitting(
        new Splitting(
            split.getComplete() || split.getFailure() != null,
            split.getCut(),
            read == null ? split.getBytesRead() : read.getBytesRead(),
            read == null ? split.getBytesTotal() : read.getBytesTotal(),
            read == null ? split.getInvalidLines() : read.getInvalidLines()));
    grow(draft, first ? split.getItems() : 0, split.getBatches());
  }

  /**
   * Nothing orders counts and splits: counts of batches may be read before it is read that they
   * were handed out. The totals are the larger of what either says, and right in the end.
   */
  private static void grow(JobState draft, long items, int batches) {
    long done = draft.getSucceeded() + draft.getFailed() + draft.getCanceled();
    draft.setTotal(Math.max(draft.getTotal(), Math.max(items, done)));
    draft.setPending(draft.getTotal() - done);
    BatchCounts counts = draft.getBatches();
    int seen =
        counts.getRunning() + counts.getCompleted() + counts.getFailed() + counts.getCanceled();
    int total = Math.max(counts.getTotal(), Math.max(batches, seen));
    if (total != counts.getTotal()) {
      draft.setBatches(
          new BatchCounts(
              total,
              counts.getRunning(),
              counts.getCompleted(),
              counts.getFailed(),
              counts.getCanceled()));
    }
  }

  private static void add(JobState draft, BatchResult before, BatchResult now) {
    int stopped = BatchRules.stopped(now);
    draft.setSucceeded(draft.getSucceeded() + now.getSucceeded());
    draft.setCanceled(draft.getCanceled() + stopped);
    var byCode = new TreeMap<>(draft.getFailedByCode());
    BatchRules.failed(now).forEach((code, count) -> byCode.merge(code, (long) count, Long::sum));
    if (before != null) {
      draft.setSucceeded(draft.getSucceeded() - before.getSucceeded());
      draft.setCanceled(draft.getCanceled() - BatchRules.stopped(before));
      BatchRules.failed(before)
          .forEach((code, count) -> byCode.merge(code, (long) -count, Long::sum));
    }
    byCode.values().removeIf(count -> count == 0);
    draft.setFailedByCode(byCode);
    draft.setFailed(byCode.values().stream().mapToLong(Long::longValue).sum());
    draft.setBatches(BatchRules.moved(draft, before, now));
    if (now.getStartedAt().isBefore(draft.getStartedAt())) {
      draft.setStartedAt(now.getStartedAt());
    }
    if (!draft.getModels().containsAll(now.getModels())) {
      var models = new ArrayList<>(draft.getModels());
      for (Model model : now.getModels()) {
        if (!models.contains(model)) {
          models.add(model);
        }
      }
      draft.setModels(models);
    }
    grow(draft, 0, 0);
  }

  private static boolean isSame(JobState state, JobState more) {
    return state.getTotal() == more.getTotal()
        && state.getBatches().equals(more.getBatches())
        && Objects.equals(state.getSplitting(), more.getSplitting())
        && Objects.equals(state.getStop(), more.getStop())
        && Objects.equals(state.getFailure(), more.getFailure());
  }

  /**
   * A draft of the state after this one. It shares what it holds with its forerunner, so lists and
   * maps are replaced and never changed: a builder would copy features and metadata for each count.
   */
  private static JobState next(JobState state, Instant at) {
    var draft = new JobState();
    for (int field = 0; field < FIELDS; field++) {
      draft.put(field, state.get(field));
    }
    draft.setSequence(state.getSequence() + 1);
    draft.setEventId(null);
    draft.setUpdatedAt(at.isAfter(state.getUpdatedAt()) ? at : state.getUpdatedAt());
    return draft;
  }
}
