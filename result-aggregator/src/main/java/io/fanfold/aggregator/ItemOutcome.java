package io.fanfold.aggregator;

import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;

/** What became of an item. */
enum ItemOutcome {
  SUCCEEDED,
  FAILED,

  /** Not run, because the job was canceled or had expired. */
  CANCELED;

  static ItemOutcome of(Failure failure) {
    if (failure == null) {
      return SUCCEEDED;
    }
    return failure.getCode() == FailureCode.CANCELED || failure.getCode() == FailureCode.EXPIRED
        ? CANCELED
        : FAILED;
  }
}
