package io.fanfold.ingest;

import io.fanfold.kit.Padded;
import java.util.ArrayList;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Batches of jobs that came with their items, until it is their turn. */
final class WaitingBatches {

  private final KeyValueStore<String, byte[]> rows;

  WaitingBatches(KeyValueStore<String, byte[]> rows) {
    this.rows = rows;
  }

  /** The job's next batch, which waits no more. */
  byte[] take(ActiveSplit split) {
    byte[] fresh = split.fresh.poll();
    return fresh != null ? fresh : rows.delete(key(split.jobId, split.batches));
  }

  /** Puts away what is not handed out in this transaction. */
  void store(ActiveSplit split) {
    int index = split.batches;
    while (!split.fresh.isEmpty()) {
      rows.put(key(split.jobId, index++), split.fresh.poll());
    }
  }

  void delete(ActiveSplit split) {
    split.fresh.clear();
    var keys = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> left =
        rows.range(key(split.jobId, 0), key(split.jobId, Integer.MAX_VALUE))) {
      left.forEachRemaining(row -> keys.add(row.key));
    }
    keys.forEach(rows::delete);
  }

  private static String key(long jobId, int index) {
    return Padded.of(jobId, 16) + "/" + Padded.of(index, 10);
  }
}
