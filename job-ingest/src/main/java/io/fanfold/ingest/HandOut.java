package io.fanfold.ingest;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.util.List;

/** Hands out a job's next batch, wherever its items are. */
final class HandOut {

  private final WaitingBatches waiting;
  private final SplitJobs headers;
  private final SplitterOutput out;
  private final AvroCodec codec;
  private final BatchSplitter splitter;
  private final Feeds feeds;
  private final SplitterLimits limits;
  private final Counter batchesEmitted;
  private final Counter itemsEmitted;

  HandOut(
      WaitingBatches waiting,
      SplitJobs headers,
      SplitterOutput out,
      AvroCodec codec,
      BatchSplitter splitter,
      Feeds feeds,
      SplitterLimits limits,
      Telemetry telemetry) {
    this.waiting = waiting;
    this.headers = headers;
    this.out = out;
    this.codec = codec;
    this.splitter = splitter;
    this.feeds = feeds;
    this.limits = limits;
    this.batchesEmitted = telemetry.counter(Meters.BATCHES_EMITTED);
    this.itemsEmitted = telemetry.counter(Meters.ITEMS_EMITTED);
  }

  /**
   * Hands out one batch of a job that is not complete, or finds that there is none and never will
   * be, which completes it.
   *
   * @return false when the feed has nothing yet
   */
  boolean next(ActiveSplit split) {
    if (split.source == ActiveSplit.Source.SUBMISSION) {
      waiting(split);
      return true;
    }
    FeedPage page = feeds.poll(split);
    if (page instanceof FeedPage.Items items) {
      page(split, items);
    } else if (page instanceof FeedPage.Failed failed) {
      fail(split, failed.failure());
    }
    return !(page instanceof FeedPage.NotYet);
  }

  private void waiting(ActiveSplit split) {
    int index = split.batches;
    byte[] bytes = waiting.take(split);
    if (split.stop != null) {
      Batch batch = codec.decode(Topics.BATCHES, bytes);
      batch.setStop(split.stop.getReason());
      bytes = codec.encode(Topics.BATCHES, batch);
    }
    int items = (int) Math.min(split.batchSize, split.inlineItems - split.items);
    send(split, index, items, bytes);
    split.complete = split.items == split.inlineItems;
  }

  private void page(ActiveSplit split, FeedPage.Items page) {
    List<Item> items = page.items();
    boolean retry = split.source == ActiveSplit.Source.RETRY;
    if (!retry && split.items + items.size() > limits.maxManifestItems()) {
      String message = "the manifest names more than " + limits.maxManifestItems() + " items";
      fail(split, new JobFailure("MANIFEST_TOO_LARGE", message));
      return;
    }
    if (!items.isEmpty()) {
      int index;
      if (retry) {
        index = (int) (items.get(0).getIndex() / split.batchSize);
      } else {
        index = split.batches;
        for (int i = 0; i < items.size(); i++) {
          items.get(i).setIndex(split.items + i);
        }
      }
      Batch batch = splitter.batch(headers.header(split.jobId), index, split.attempt, items);
      batch.setStop(split.stop == null ? null : split.stop.getReason());
      byte[] bytes = codec.encode(Topics.BATCHES, batch);
      if (bytes.length > BatchSplitter.MAX_BATCH_BYTES) {
        fail(split, BatchSplitter.batchTooLong());
        return;
      }
      send(split, index, items.size(), bytes);
      split.invalidLines += items.stream().filter(item -> item.getInvalid() != null).count();
    }
    split.position = page.next();
    split.bytesTotal = page.bytesTotal();
    split.complete = page.last();
    split.hasNews = true;
  }

  private void send(ActiveSplit split, int index, int items, byte[] batch) {
    out.batch(split.jobId, index, batch, out.nowMs());
    split.inFlight.add(index);
    split.batches++;
    split.items += items;
    batchesEmitted.increment();
    itemsEmitted.increment(items);
  }

  private static void fail(ActiveSplit split, JobFailure failure) {
    split.failure = failure;
    split.complete = true;
    split.hasNews = true;
  }
}
