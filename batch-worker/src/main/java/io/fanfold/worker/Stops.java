package io.fanfold.worker;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.StopReason;

/** What is known of stopped jobs. */
interface Stops {

  /** Why no more items of this batch are to be run, or null if they are. */
  StopReason reason(Batch batch);

  /** The id of a job that was stopped and has not been told of yet, or null. */
  Long nextStopped();
}
