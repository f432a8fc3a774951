package io.fanfold.aggregator;

import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A page of a job's items. Positions are found by arithmetic: item i is in batch i / batch size,
 * whichever chunks its result came in.
 */
final class ItemPage {

  /** Reads the results of a batch. */
  interface Batches extends BiConsumer<Integer, Consumer<ItemResult>> {}

  private ItemPage() {}

  /**
   * The items at positions {@code offset} to {@code offset + limit}, in order; null where there is
   * no result yet.
   */
  static List<ItemResult> window(JobState job, long offset, int limit, Batches batches) {
    int size = (int) Math.max(0, Math.min(limit, job.getTotal() - offset));
    var page = new ItemResult[size];
    if (size > 0) {
      int firstBatch = (int) (offset / job.getBatchSize());
      int lastBatch = (int) ((offset + size - 1) / job.getBatchSize());
      for (int batch = firstBatch; batch <= lastBatch; batch++) {
        batches.accept(
            batch,
            result -> {
              long at = result.getIndex() - offset;
              if (at >= 0 && at < size) {
                page[(int) at] = result;
              }
            });
      }
    }
    return Arrays.asList(page);
  }

  /**
   * Results with a certain outcome, in item order; {@code offset} counts matching results.
   *
   * @param failed whether failures are wanted, or successes
   */
  static List<ItemResult> matching(
      JobState job, boolean failed, long offset, int limit, Batches batches) {
    var page = new ArrayList<ItemResult>();
    long skipped = 0;
    for (int batch = 0; batch < job.getBatches().getTotal() && page.size() < limit; batch++) {
      var found = new ArrayList<ItemResult>();
      batches.accept(
          batch,
          result -> {
            if ((result.getFailure() != null) == failed) {
              found.add(result);
            }
          });
      found.sort((a, b) -> Long.compare(a.getIndex(), b.getIndex()));
      for (ItemResult result : found) {
        if (skipped < offset) {
          skipped++;
        } else if (page.size() < limit) {
          page.add(result);
        }
      }
    }
    return page;
  }
}
