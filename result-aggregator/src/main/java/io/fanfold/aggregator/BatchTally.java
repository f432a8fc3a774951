package io.fanfold.aggregator;

import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureCode;

/**
 * The items of a batch by outcome.
 *
 * @param failed items that failed, without those that were not run
 * @param canceled items that were not run, because the job was canceled or had expired
 */
record BatchTally(int succeeded, int failed, int canceled) {

  static BatchTally of(BatchResult result) {
    int canceled = 0;
    int failed = 0;
    for (var entry : result.getFailed().entrySet()) {
      if (isStop(entry.getKey())) {
        canceled += entry.getValue();
      } else {
        failed += entry.getValue();
      }
    }
    return new BatchTally(result.getSucceeded(), failed, canceled);
  }

  private static boolean isStop(String code) {
    return code.equals(FailureCode.CANCELED.name()) || code.equals(FailureCode.EXPIRED.name());
  }
}
