package io.fanfold.aggregator;

import java.util.List;

/** One partition's views, wherever they are. Every lookup is made of these three calls. */
interface PartitionStore {

  /** A key and its value. */
  record Row(String key, byte[] value) {}

  /** The values of keys, in their order; null where there is none. */
  List<byte[]> get(ViewStore store, List<String> keys);

  /**
   * Rows in key order.
   *
   * @param from the first key there may be
   * @param to the first key after them
   */
  List<Row> range(ViewStore store, String from, String to, int limit);

  /** All rows under each of some prefixes, in the order of the prefixes. */
  List<List<Row>> scan(ViewStore store, List<String> prefixes);
}
