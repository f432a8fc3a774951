package io.fanfold.aggregator;

import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A page of a job's items. Positions are found by arithmetic: item i is in batch i / batch size,
 * whichever chunks its result came in.
 *
 * @param items in order
 * @param next index of the item to go on with, or -1 at the end
 * @param skip matching items still to be skipped there
 * @param isWhole false when a batch that was read has items without a result
 */
record ItemPage(List<Entry> items, long next, int skip, boolean isWhole) {

  /** A page looks at no more results than these; one that found too few has a next page. */
  static final int MAX_RESULTS = 20_000;

  private static final int MAX_BATCHES_AT_ONCE = 64;

  /**
   * An item.
   *
   * @param attempt of the batch the result is from
   * @param result null when there is none yet
   */
  record Entry(long index, int attempt, ItemResult result) {}

  /** Reads the chunks of batches. */
  interface Batches extends Function<List<Integer>, SortedMap<Integer, List<ItemResults>>> {}

  /** Finds the next batches worth reading, from a given one on; in order, none at the end. */
  interface Candidates extends IntFunction<List<Integer>> {}

  /** The items at a position and after it, whatever became of them. */
  static ItemPage window(JobState job, ItemQuery query, long position, int limit, Batches batches) {
    long first = Math.max(query.from(), position);
    long end = Math.min(query.to(), job.getTotal());
    int size = (int) Math.max(0, Math.min(limit, end - first));
    if (size == 0) {
      return new ItemPage(List.of(), -1, 0, true);
    }
    int firstBatch = (int) (first / job.getBatchSize());
    int lastBatch = (int) ((first + size - 1) / job.getBatchSize());
    var wanted = new ArrayList<Integer>();
    for (int batch = firstBatch; batch <= lastBatch; batch++) {
      wanted.add(batch);
    }
    var items = new ArrayList<Entry>(size);
    batches
        .apply(wanted)
        .forEach(
            (batch, chunks) -> {
              for (Entry item : items(job, query, batch, chunks)) {
                if (item.index() >= first && item.index() < first + size) {
                  items.add(item);
                }
              }
            });
    boolean isWhole = items.stream().allMatch(item -> item.result() != null);
    return new ItemPage(items, first + size < end ? first + size : -1, 0, isWhole);
  }

  /**
   * The items that match, at a position and after it.
   *
   * @param offset how many of them to skip
   */
  static ItemPage matching(
      JobState job,
      ItemQuery query,
      long position,
      int offset,
      int limit,
      Candidates candidates,
      Batches batches) {
    long first = Math.max(query.from(), position);
    long end = Math.min(query.to(), job.getTotal());
    if (first >= end) {
      return new ItemPage(List.of(), -1, 0, true);
    }
    var items = new ArrayList<Entry>();
    boolean isWhole = true;
    int skip = offset;
    int looked = 0;
    int batch = (int) Math.min(Integer.MAX_VALUE, first / job.getBatchSize());
    while (true) {
      int atOnce = Math.min((limit + skip) / job.getBatchSize() + 1, MAX_BATCHES_AT_ONCE);
      List<Integer> some = candidates.apply(batch);
      if (some.isEmpty()) {
        break;
      }
      some = some.subList(0, Math.min(atOnce, some.size()));
      for (var entry : batches.apply(some).entrySet()) {
        for (Entry item : items(job, query, entry.getKey(), entry.getValue())) {
          isWhole &= item.result() != null;
          looked++;
          if (item.index() < first || item.index() >= end || !query.matches(item)) {
            continue;
          }
          if (skip > 0) {
            skip--;
          } else if (items.size() == limit) {
            return new ItemPage(items, item.index(), 0, isWhole);
          } else {
            items.add(item);
          }
        }
      }
      batch = some.get(some.size() - 1) + 1;
      if (looked >= MAX_RESULTS) {
        long next = (long) batch * job.getBatchSize();
        return new ItemPage(items, next < end ? next : -1, skip, isWhole);
      }
    }
    return new ItemPage(items, -1, 0, isWhole);
  }

  /** All items of a batch in order, each with what counts of its results. */
  private static List<Entry> items(
      JobState job, ItemQuery query, int batch, List<ItemResults> chunks) {
    long first = (long) batch * job.getBatchSize();
    int size = (int) Math.max(0, Math.min(job.getBatchSize(), job.getTotal() - first));
    var items = new Entry[size];
    for (int i = 0; i < size; i++) {
      items[i] = new Entry(first + i, 0, null);
    }
    for (ItemResults chunk : chunks) {
      if (chunk.getAttempt() > query.attempt()) {
        continue;
      }
      for (ItemResult result : chunk.getResults()) {
        long at = result.getIndex() - first;
        if (at >= 0 && at < size && items[(int) at].attempt() < chunk.getAttempt()) {
          items[(int) at] = new Entry(result.getIndex(), chunk.getAttempt(), result);
        }
      }
    }
    if (!query.full()) {
      for (int i = 0; i < size; i++) {
        if (isToBeRunAgain(items[i], query.attempt())) {
          items[i] = new Entry(first + i, 0, null);
        }
      }
    }
    return Arrays.asList(items);
  }

  // The job counts it as pending from the moment the new attempt begins.
  private static boolean isToBeRunAgain(Entry item, int attempt) {
    return item.result() != null
        && item.attempt() < attempt
        && ItemOutcome.of(item.result().getFailure()) == ItemOutcome.FAILED;
  }
}
