package io.fanfold.aggregator;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A store that remembers its writes in order, so that a test can take the last ones away. */
final class WriteLog implements KeyValueStore<String, byte[]> {

  private final List<KeyValue<String, byte[]>> log = new ArrayList<>();
  private final TreeMap<String, byte[]> rows = new TreeMap<>();

  WriteLog() {}

  /** What is left when only the first writes survived. */
  WriteLog(WriteLog before, int survived) {
    before.log.subList(0, survived).forEach(write -> put(write.key, write.value));
  }

  int writes() {
    return log.size();
  }

  TreeMap<String, byte[]> rows() {
    return rows;
  }

  /** The highest offset any count knows; what was committed cannot be later. */
  int lastOffset() {
    return rows.entrySet().stream()
        .filter(row -> row.getKey().startsWith("n/"))
        .mapToInt(row -> (int) ByteBuffer.wrap(row.getValue()).getLong(Long.BYTES))
        .max()
        .orElse(0);
  }

  @Override
  public byte[] get(String key) {
    return rows.get(key);
  }

  @Override
  public void put(String key, byte[] value) {
    log.add(KeyValue.pair(key, value));
    if (value == null) {
      rows.remove(key);
    } else {
      rows.put(key, value);
    }
  }

  @Override
  public byte[] putIfAbsent(String key, byte[] value) {
    byte[] before = rows.get(key);
    if (before == null) {
      put(key, value);
    }
    return before;
  }

  @Override
  public void putAll(List<KeyValue<String, byte[]>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte[] delete(String key) {
    byte[] before = rows.get(key);
    put(key, null);
    return before;
  }

  @Override
  public KeyValueIterator<String, byte[]> range(String from, String to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public KeyValueIterator<String, byte[]> all() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long approximateNumEntries() {
    return rows.size();
  }

  @Override
  public String name() {
    return "write-log";
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }
}
