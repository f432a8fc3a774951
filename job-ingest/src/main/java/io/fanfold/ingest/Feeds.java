package io.fanfold.ingest;

import io.fanfold.schemas.Job;
import java.util.Optional;

/**
 * Where items come from that did not come with their job.
 *
 * @param manifests lines of manifests
 * @param failures failed items of the attempts before
 */
record Feeds(ItemFeed manifests, ItemFeed failures) {

  /** Begins to read for a job, if it is one that is read for. */
  boolean start(ActiveSplit split, Job job) {
    Optional<ItemFeed> feed = of(split);
    boolean manifest = split.source == ActiveSplit.Source.MANIFEST;
    feed.ifPresent(
        found ->
            found.start(
                new ItemFeed.Request(
                    split.jobId,
                    split.project,
                    manifest ? job.getManifest().getUri() : null,
                    manifest ? job.getManifest().getFormat() : null,
                    split.batchSize,
                    split.attempt),
                split.position));
    return feed.isPresent();
  }

  boolean isReady(ActiveSplit split) {
    return of(split).orElseThrow().isReady(split.jobId);
  }

  FeedPage poll(ActiveSplit split) {
    return of(split).orElseThrow().poll(split.jobId);
  }

  void stop(ActiveSplit split) {
    of(split).ifPresent(feed -> feed.stop(split.jobId));
  }

  private Optional<ItemFeed> of(ActiveSplit split) {
    return switch (split.source) {
      case SUBMISSION -> Optional.empty();
      case MANIFEST -> Optional.of(manifests);
      case RETRY -> Optional.of(failures);
    };
  }
}
