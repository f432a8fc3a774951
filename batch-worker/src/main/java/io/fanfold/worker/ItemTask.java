package io.fanfold.worker;

import io.fanfold.schemas.Item;

/**
 * One try of one item.
 *
 * @param attempt 1 for the first
 */
record ItemTask(BatchRun run, Item item, int attempt) {

  ItemTask next() {
    return new ItemTask(run, item, attempt + 1);
  }
}
