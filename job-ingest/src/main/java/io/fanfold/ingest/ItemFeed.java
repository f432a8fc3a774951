package io.fanfold.ingest;

import io.fanfold.schemas.ManifestFormat;

/**
 * Items of jobs that did not come with them. Reading goes on elsewhere: no call waits for it, since
 * all are made on a stream thread.
 */
interface ItemFeed {

  /**
   * What to read.
   *
   * @param jobId the job
   * @param project its tenant
   * @param uri the manifest; null for the failed items of the job itself
   * @param format how the manifest's lines are read; null without one
   * @param batchSize items of a batch
   * @param attempt the attempt that they are read for; failed items are those of the one before
   */
  record Request(
      long jobId, String project, String uri, ManifestFormat format, int batchSize, int attempt) {}

  /** Begins to read ahead; a feed of the same job that runs already is left. */
  void start(Request request, FeedPosition from);

  /** Whether {@link #poll} would have something to say. */
  boolean isReady(long jobId);

  /**
   * The next batch's items: exactly a batch size of them unless they are the last, or, of failed
   * items, those of one batch.
   */
  FeedPage poll(long jobId);

  /** Ends reading; nothing happens if there is none. */
  void stop(long jobId);
}
