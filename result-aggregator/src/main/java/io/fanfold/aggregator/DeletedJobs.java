package io.fanfold.aggregator;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Marks of the jobs that were deleted a while ago, by which late records of theirs are known, and
 * the removal of their rows, a slice at a time. How far a removal is is not kept: it starts over
 * after a crash, and finds only what is still there.
 */
final class DeletedJobs {

  /** Late records come from batches that were under way; they take minutes at most. */
  static final Duration KEPT = Duration.ofHours(1);

  /** Rows removed at once. */
  static final int SLICE = 1_000;

  private final KeyValueStore<String, byte[]> marks;
  private final KeyValueStore<String, byte[]> rows;
  private final Map<String, Long> expiries = new HashMap<>();
  private final Map<String, String> removals = new HashMap<>();

  /**
   * @param rows keyed by job id and a slash, and more
   */
  DeletedJobs(KeyValueStore<String, byte[]> marks, KeyValueStore<String, byte[]> rows) {
    this.marks = marks;
    this.rows = rows;
    try (KeyValueIterator<String, byte[]> all = marks.all()) {
      while (all.hasNext()) {
        var mark = all.next();
        expiries.put(mark.key, ByteBuffer.wrap(mark.value).getLong());
        removals.put(mark.key, mark.key + "/");
      }
    }
  }

  /**
   * @param at when it was deleted, in milliseconds
   */
  void add(String jobKey, long at) {
    long expiry = at + KEPT.toMillis();
    marks.put(jobKey, ByteBuffer.allocate(Long.BYTES).putLong(expiry).array());
    expiries.put(jobKey, expiry);
    removals.put(jobKey, jobKey + "/");
  }

  boolean contains(String jobKey) {
    return !expiries.isEmpty() && expiries.containsKey(jobKey);
  }

  /**
   * Removes a slice of the rows, and the marks that have expired.
   *
   * @param remove is given each row's key
   */
  void advance(long nowMs, Consumer<String> remove) {
    int left = SLICE;
    for (String jobKey : new ArrayList<>(removals.keySet())) {
      left -= slice(jobKey, left, remove);
      if (left <= 0) {
        return;
      }
    }
    if (expiries.isEmpty()) {
      return;
    }
    for (var mark : new ArrayList<>(expiries.entrySet())) {
      if (mark.getValue() <= nowMs) {
        marks.delete(mark.getKey());
        expiries.remove(mark.getKey());
      }
    }
  }

  private int slice(String jobKey, int limit, Consumer<String> remove) {
    var keys = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> found =
        rows.range(removals.get(jobKey), jobKey + "/" + JobOrder.END)) {
      while (found.hasNext() && keys.size() < limit) {
        keys.add(found.next().key);
      }
    }
    keys.forEach(remove);
    if (keys.size() < limit) {
      removals.remove(jobKey);
    } else {
      // The next key there can be.
      removals.put(jobKey, keys.get(keys.size() - 1) + "\0");
    }
    return keys.size();
  }
}
