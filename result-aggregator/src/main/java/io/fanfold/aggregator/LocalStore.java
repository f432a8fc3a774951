package io.fanfold.aggregator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** A partition's views in this process. */
final class LocalStore implements PartitionStore {

  private final int partition;
  private final Function<ViewStore, ReadOnlyKeyValueStore<String, byte[]>> stores;
  private final Predicate<ViewStore> isHere;

  /**
   * @param isHere whether what was read may be shown, asked when it has been
   */
  LocalStore(
      int partition,
      Function<ViewStore, ReadOnlyKeyValueStore<String, byte[]>> stores,
      Predicate<ViewStore> isHere) {
    this.partition = partition;
    this.stores = stores;
    this.isHere = isHere;
  }

  @Override
  public List<byte[]> get(ViewStore store, List<String> keys) {
    return whileHere(store, () -> readKeys(store, keys));
  }

  @Override
  public List<Row> range(ViewStore store, String from, String to, int limit) {
    return whileHere(store, () -> readRange(store, from, to, limit));
  }

  @Override
  public List<List<Row>> scan(ViewStore store, List<String> prefixes) {
    return whileHere(store, () -> readPrefixes(store, prefixes));
  }

  /** A partition may go to another instance in the middle of a read. */
  private <T> T whileHere(ViewStore store, Supplier<T> read) {
    Optional<T> found;
    try {
      found = Optional.of(read.get());
    } catch (InvalidStateStoreException e) {
      found = Optional.empty();
    }
    return found
        .filter(rows -> isHere.test(store))
        .orElseThrow(() -> ViewLocator.elsewhere(store, partition));
  }

  private List<byte[]> readKeys(ViewStore store, List<String> keys) {
    var rows = stores.apply(store);
    var values = new ArrayList<byte[]>(keys.size());
    keys.forEach(key -> values.add(rows.get(key)));
    return values;
  }

  private List<Row> readRange(ViewStore store, String from, String to, int limit) {
    var found = new ArrayList<Row>();
    if (from.compareTo(to) >= 0) {
      return found;
    }
    try (KeyValueIterator<String, byte[]> rows = stores.apply(store).range(from, to)) {
      while (rows.hasNext() && found.size() < limit) {
        var row = rows.next();
        // The store's ranges include their end.
        if (!row.key.equals(to)) {
          found.add(new Row(row.key, row.value));
        }
      }
    }
    return found;
  }

  private List<List<Row>> readPrefixes(ViewStore store, List<String> prefixes) {
    var rows = stores.apply(store);
    var found = new ArrayList<List<Row>>(prefixes.size());
    for (String prefix : prefixes) {
      var under = new ArrayList<Row>();
      try (KeyValueIterator<String, byte[]> all = rows.prefixScan(prefix, new StringSerializer())) {
        all.forEachRemaining(row -> under.add(new Row(row.key, row.value)));
      }
      found.add(under);
    }
    return found;
  }
}
