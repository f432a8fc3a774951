package io.fanfold.ingest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Commands that came before their jobs, in the order they came. */
final class WaitingCommands {

  /**
   * @param offset where it is on its topic
   * @param value as found there
   */
  record Waiting(long offset, byte[] value) {}

  private final KeyValueStore<String, byte[]> rows;

  WaitingCommands(KeyValueStore<String, byte[]> rows) {
    this.rows = rows;
  }

  void add(long jobId, Waiting command, long untilMs) {
    rows.put(
        key(jobId, command.offset),
        ByteBuffer.allocate(Long.BYTES + command.value.length)
            .putLong(untilMs)
            .put(command.value)
            .array());
  }

  /** Takes out those that waited until this time, or longer. */
  List<Waiting> take(long jobId, long untilMs) {
    var keys = new ArrayList<String>();
    var found = new ArrayList<Waiting>();
    try (KeyValueIterator<String, byte[]> all =
        rows.range(key(jobId, 0), key(jobId, Long.MAX_VALUE))) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> row = all.next();
        ByteBuffer value = ByteBuffer.wrap(row.value);
        if (value.getLong() <= untilMs) {
          byte[] command = new byte[value.remaining()];
          value.get(command);
          long offset = Long.parseLong(row.key.substring(row.key.indexOf('/') + 1));
          keys.add(row.key);
          found.add(new Waiting(offset, command));
        }
      }
    }
    keys.forEach(rows::delete);
    return found;
  }

  private static String key(long jobId, long offset) {
    return "%016d/%019d".formatted(jobId, offset);
  }
}
