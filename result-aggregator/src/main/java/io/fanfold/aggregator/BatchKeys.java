package io.fanfold.aggregator;

import io.fanfold.kit.Padded;

/**
 * Keys of the batch view. {@code job id/b/batch} has a batch's newest counts as the bytes they came
 * in; {@code job id/f/batch} and {@code job id/c/batch} exist for batches that have failures, and
 * items that were not run, so that a page of those reads no others.
 */
final class BatchKeys {

  /** Every batch. */
  static final String COUNTS = "b";

  /** Batches with failures. */
  static final String FAILED = "f";

  /** Batches with items that were not run. */
  static final String CANCELED = "c";

  private BatchKeys() {}

  static String key(long jobId, String kind, int batchIndex) {
    return prefix(jobId, kind) + Padded.of(batchIndex, 10);
  }

  static String prefix(long jobId, String kind) {
    return jobId + "/" + kind + "/";
  }

  static int batch(String key) {
    return Integer.parseInt(key.substring(key.lastIndexOf('/') + 1));
  }
}
