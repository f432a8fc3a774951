package io.fanfold.worker;

import io.fanfold.schemas.ItemResult;

/** What a try of an item came to. */
sealed interface ItemOutcome {

  /** The item has its result, good or bad. */
  record Done(ItemResult result) implements ItemOutcome {}

  /**
   * It failed in a way that may pass.
   *
   * @param result the failure it will be when there are no tries left
   */
  record TryAgain(ItemResult result) implements ItemOutcome {}
}
