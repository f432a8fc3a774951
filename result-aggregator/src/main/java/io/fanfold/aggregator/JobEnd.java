package io.fanfold.aggregator;

import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.StopReason;
import java.util.List;
import java.util.TreeMap;

/** When an attempt of a job is over, and what it then is. Pure. */
final class JobEnd {

  private JobEnd() {}

  /** Whether nothing more is handed out and every batch that was has ended. */
  static boolean isReached(JobState state) {
    boolean handedOut =
        JobFold.isWholeFromTheStart(state)
            || (state.getSplitting() != null && state.getSplitting().getComplete());
    BatchCounts batches = state.getBatches();
    int ended = batches.getCompleted() + batches.getFailed() + batches.getCanceled();
    if (!handedOut || ended < batches.getTotal()) {
      return false;
    }
    // Items that were not run say that the job was stopped; why stands in the split, which may
    // still be to be read.
    return state.getStop() != null || canceled(state) == 0;
  }

  /** Makes a state whose end is reached a terminal one. */
  static void apply(JobState draft) {
    if (draft.getPending() > 0) {
      giveUpPending(draft);
    }
    draft.setOutcome(outcome(draft));
    draft.setEndedAt(draft.getUpdatedAt());
    JobFold.changed(draft, status(draft), draft.getUpdatedAt());
  }

  private static JobStatus status(JobState draft) {
    if (isCut(draft) || canceled(draft) > 0) {
      boolean expired =
          draft.getStop() != null && draft.getStop().getReason() == StopReason.EXPIRED;
      return expired ? JobStatus.EXPIRED : JobStatus.CANCELED;
    }
    // A stop that came too late to stop anything: the same end as if it is never read.
    draft.setStop(null);
    if (draft.getFailure() == null) {
      draft.setFailure(failure(draft));
    }
    return draft.getFailure() == null ? JobStatus.COMPLETED : JobStatus.FAILED;
  }

  private static JobFailure failure(JobState state) {
    if (state.getTotal() == 0) {
      return new JobFailure("NO_ITEMS", "the job has no items");
    }
    return switch (state.getFailureIsolation()) {
      case ITEM -> state.getSucceeded() > 0 ? null : nothingSucceeded(state);
      case BATCH -> {
        if (state.getBatches().getCompleted() > 0 || hasCompletedBefore(state)) {
          yield null;
        }
        yield state.getSucceeded() == 0
            ? nothingSucceeded(state)
            : new JobFailure("ALL_BATCHES_FAILED", "every batch has a failed item");
      }
    };
  }

  private static JobFailure nothingSucceeded(JobState state) {
    return new JobFailure("ALL_ITEMS_FAILED", "no item succeeded: " + state.getFailedByCode());
  }

  // The batches of earlier attempts are not counted in this one's, but those that completed stay
  // completed: only failed items are run again.
  private static boolean hasCompletedBefore(JobState state) {
    return state.getHistory().stream().anyMatch(e -> e.getStatus() == JobStatus.COMPLETED);
  }

  private static JobOutcome outcome(JobState state) {
    if (state.getSucceeded() == 0) {
      return state.getFailed() == 0 ? JobOutcome.NONE : JobOutcome.ALL_FAILED;
    }
    return state.getSucceeded() == state.getTotal() ? JobOutcome.ALL_SUCCEEDED : JobOutcome.PARTIAL;
  }

  /** Items this attempt did not run. */
  private static long canceled(JobState state) {
    List<EndedAttempt> history = state.getHistory();
    long before = history.isEmpty() ? 0 : history.get(history.size() - 1).getCanceled();
    return state.getCanceled() - before;
  }

  private static boolean isCut(JobState state) {
    return state.getSplitting() != null && state.getSplitting().getCut();
  }

  // Failed items that could not be handed out again are what they were, failed. Their codes stand
  // with their results; the counts of the attempt before are no longer known here.
  private static void giveUpPending(JobState draft) {
    var byCode = new TreeMap<>(draft.getFailedByCode());
    byCode.merge(FailureCode.INTERNAL.name(), draft.getPending(), Long::sum);
    draft.setFailedByCode(byCode);
    draft.setFailed(draft.getFailed() + draft.getPending());
    draft.setPending(0);
  }
}
