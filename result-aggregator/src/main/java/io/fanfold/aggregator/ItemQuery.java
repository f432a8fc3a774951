package io.fanfold.aggregator;

import io.fanfold.schemas.JobState;

/**
 * Which items of a job are wanted.
 *
 * @param outcome null for any
 * @param customId null for any
 * @param from index of the first item there may be
 * @param to index of the first item after them
 * @param attempt results of later attempts are left out
 * @param full whether a failure that is to be run again is still shown, with the whole item
 */
record ItemQuery(
    ItemOutcome outcome, String customId, long from, long to, int attempt, boolean full) {

  /** Every item of a job, as its state has them. */
  static ItemQuery all(JobState job) {
    return new ItemQuery(null, null, 0, job.getTotal(), job.getAttempt(), false);
  }

  /** Whether every item in range is wanted, so that positions are arithmetic. */
  boolean isWindow() {
    return outcome == null && customId == null;
  }

  boolean matches(ItemPage.Entry item) {
    return item.result() != null
        && (outcome == null || ItemOutcome.of(item.result().getFailure()) == outcome)
        && (customId == null || customId.equals(item.result().getCustomId()));
  }
}
