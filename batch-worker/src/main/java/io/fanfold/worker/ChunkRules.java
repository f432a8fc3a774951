package io.fanfold.worker;

/**
 * When results are sent: as soon as a batch is whole or has a chunk's worth of them, otherwise when
 * one has waited long enough. So slow models show results one by one and fast ones cost little.
 *
 * @param maxItems most results in a chunk
 * @param lingerNanos longest a result waits
 */
record ChunkRules(int maxItems, long lingerNanos) {

  /** Whether this batch alone is reason enough to commit now. */
  boolean isDue(BatchRun run, long nowNanos) {
    if (run.isWhole() || run.pending().size() >= maxItems) {
      return true;
    }
    if (!run.pending().isEmpty()) {
      return nowNanos - run.pendingSinceNanos() >= lingerNanos;
    }
    // Nothing to show yet, but people like to know that it runs. One whose turn has not come does
    // not: with a long queue every batch would be told of twice.
    Long begun = run.begunNanos;
    return !run.isReported() && begun != null && nowNanos - begun >= lingerNanos;
  }
}
