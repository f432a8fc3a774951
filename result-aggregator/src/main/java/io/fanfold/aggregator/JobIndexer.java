package io.fanfold.aggregator;

import io.fanfold.schemas.JobState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the rows of {@link JobIndex} in step with job states. A state may be read again after a
 * crash, and the store may have any part of what was written for it by then: counts know the offset
 * they were last changed at, and what a job has rows for is written last.
 */
final class JobIndexer {

  private final KeyValueStore<String, byte[]> index;

  JobIndexer(KeyValueStore<String, byte[]> index) {
    this.index = index;
  }

  /**
   * @param state null when the job was deleted
   * @param offset of the state's record, in the partition this index is of
   */
  void apply(long jobId, JobState state, long offset) {
    Entry before = Entry.read(index.get(JobIndex.jobKey(jobId)));
    if (before.offset() >= offset) {
      return;
    }
    var terms = state == null ? new TreeSet<String>() : JobIndex.terms(state);
    String position =
        state == null ? before.position() : JobOrder.position(state.getCreatedAt(), state.getId());
    if (terms.equals(before.terms()) && position.equals(before.position())) {
      return;
    }
    var writes = new ArrayList<KeyValue<String, byte[]>>();
    byte[] id = Long.toString(jobId).getBytes(StandardCharsets.UTF_8);
    for (String term : terms) {
      if (!before.terms().contains(term)) {
        count(term, 1, offset, writes);
      }
      if (!before.terms().contains(term) || !position.equals(before.position())) {
        writes.add(KeyValue.pair(JobIndex.rowKey(term, position), id));
      }
    }
    for (String term : before.terms()) {
      if (!terms.contains(term)) {
        count(term, -1, offset, writes);
        writes.add(KeyValue.pair(JobIndex.rowKey(term, before.position()), null));
      } else if (!position.equals(before.position())) {
        writes.add(KeyValue.pair(JobIndex.rowKey(term, before.position()), null));
      }
    }
    byte[] after = state == null ? null : new Entry(offset, position, terms).bytes();
    writes.add(KeyValue.pair(JobIndex.jobKey(jobId), after));
    index.putAll(writes);
  }

  /** How many rows a count stands for; none without a count. */
  static long count(byte[] row) {
    return row == null ? 0 : ByteBuffer.wrap(row).getLong();
  }

  private void count(String term, int change, long offset, List<KeyValue<String, byte[]>> writes) {
    byte[] row = index.get(JobIndex.countKey(term));
    long count = 0;
    if (row != null) {
      ByteBuffer fields = ByteBuffer.wrap(row);
      count = fields.getLong();
      if (fields.getLong() >= offset) {
        return;
      }
    }
    // No row means none: a term that only jobs had which are gone leaves nothing behind.
    if (row == null && change < 0) {
      return;
    }
    byte[] changed =
        count + change == 0
            ? null
            : ByteBuffer.allocate(2 * Long.BYTES).putLong(count + change).putLong(offset).array();
    writes.add(KeyValue.pair(JobIndex.countKey(term), changed));
  }

  /** What a job has rows for: a line each for the offset, the position and the terms. */
  private record Entry(long offset, String position, TreeSet<String> terms) {

    static Entry read(byte[] row) {
      if (row == null) {
        return new Entry(-1, "", new TreeSet<>());
      }
      List<String> lines = new String(row, StandardCharsets.UTF_8).lines().toList();
      return new Entry(
          Long.parseLong(lines.get(0)),
          lines.get(1),
          new TreeSet<>(lines.subList(2, lines.size())));
    }

    byte[] bytes() {
      return (offset + "\n" + position + "\n" + String.join("\n", terms))
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
