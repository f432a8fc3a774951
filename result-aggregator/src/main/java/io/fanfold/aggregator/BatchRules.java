package io.fanfold.aggregator;

import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.JobState;
import java.util.HashMap;
import java.util.Map;

/** What one batch's counts say. Pure. */
final class BatchRules {

  private static final String CANCELED = FailureCode.CANCELED.name();
  private static final String EXPIRED = FailureCode.EXPIRED.name();

  private BatchRules() {}

  /** Counts of an attempt only grow, and a final count is the last. */
  static boolean isStale(BatchResult before, BatchResult now) {
    if (before == null || now.getAttempt() > before.getAttempt()) {
      return false;
    }
    if (now.getAttempt() < before.getAttempt() || before.getIsFinal()) {
      return true;
    }
    return total(now) < total(before) || (total(now) == total(before) && !now.getIsFinal());
  }

  /** Items with a result, whatever it is. */
  static int total(BatchResult result) {
    int total = result.getSucceeded();
    for (int count : result.getFailed().values()) {
      total += count;
    }
    return total;
  }

  /** Items that were not run because the job was stopped. */
  static int stopped(BatchResult result) {
    return result.getFailed().getOrDefault(CANCELED, 0)
        + result.getFailed().getOrDefault(EXPIRED, 0);
  }

  /** Items that were run and failed, by code. */
  static Map<String, Integer> failed(BatchResult result) {
    if (stopped(result) == 0) {
      return result.getFailed();
    }
    var failed = new HashMap<>(result.getFailed());
    failed.remove(CANCELED);
    failed.remove(EXPIRED);
    return failed;
  }

  /** The job's batches by state once {@code now} is counted instead of {@code before}. */
  static BatchCounts moved(JobState state, BatchResult before, BatchResult now) {
    BatchCounts counts = state.getBatches();
    int running = counts.getRunning() - (before == null ? 0 : 1);
    int completed = counts.getCompleted();
    int failed = counts.getFailed();
    int canceled = counts.getCanceled();
    if (!now.getIsFinal()) {
      running++;
    } else if (hasNothingOfItsOwn(now)) {
      canceled++;
    } else if (isCompleted(state.getFailureIsolation(), now)) {
      completed++;
    } else {
      failed++;
    }
    return new BatchCounts(counts.getTotal(), running, completed, failed, canceled);
  }

  private static boolean hasNothingOfItsOwn(BatchResult result) {
    int stopped = stopped(result);
    return stopped > 0 && stopped == total(result);
  }

  private static boolean isCompleted(FailureIsolation isolation, BatchResult result) {
    return switch (isolation) {
      case ITEM -> result.getSucceeded() > 0 || result.getFailed().isEmpty();
      case BATCH -> result.getFailed().isEmpty();
    };
  }
}
