package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What lookups are answered from: committed job states, batch counts and item results, materialised
 * as the bytes they came in. The topics of job states and item results are their stores'
 * changelogs; the counts of batches, which their topic does not keep, and the indexes have their
 * own.
 */
final class ViewTopology implements Supplier<Topology> {

  /** Jobs deleted a while ago, for the batch view. */
  static final String DELETED_JOBS_OF_BATCHES = "deleted-jobs-of-batches";

  /** Jobs deleted a while ago, for the item view. */
  static final String DELETED_JOBS_OF_ITEMS = "deleted-jobs-of-items";

  private static final String JOB_STATES_SOURCE = "job-states-source";
  private static final String BATCH_RESULTS_SOURCE = "batch-results-source";
  private static final String ITEM_RESULTS_SOURCE = "item-results-source";
  private static final String JOB_VIEWER = "job-viewer";
  private static final String BATCH_VIEWER = "batch-viewer";
  private static final String ITEM_VIEWER = "item-viewer";
  private static final String ITEM_CLEANER = "item-cleaner";
  private static final String TOMBSTONES_SINK = "tombstones-sink";

  private final AvroCodec codec;
  private final LongConsumer changes;

  /**
   * @param changes is told the id of each job whose row has changed, on a stream thread
   */
  ViewTopology(AvroCodec codec, LongConsumer changes) {
    this.codec = codec;
    this.changes = changes;
  }

  @Override
  public Topology get() {
    Deserializer<String> key = Serdes.String().deserializer();
    Deserializer<byte[]> value = Serdes.ByteArray().deserializer();
    var topology = new Topology();
    topology
        .addReadOnlyStateStore(
            store(ViewStore.JOBS.storeName()).withLoggingDisabled(),
            JOB_STATES_SOURCE,
            key,
            value,
            Topics.JOB_STATES.name(),
            JOB_VIEWER,
            () -> new JobViewProcessor(codec, changes))
        .addStateStore(store(ViewStore.JOB_INDEX.storeName()), JOB_VIEWER)
        .addSource(BATCH_RESULTS_SOURCE, key, value, Topics.BATCH_RESULTS.name())
        .addProcessor(
            BATCH_VIEWER,
            () -> new BatchViewProcessor(codec),
            BATCH_RESULTS_SOURCE,
            JOB_STATES_SOURCE)
        .addStateStore(store(ViewStore.BATCHES.storeName()), BATCH_VIEWER)
        .addStateStore(store(DELETED_JOBS_OF_BATCHES), BATCH_VIEWER);
    topology
        .addReadOnlyStateStore(
            store(ViewStore.ITEMS.storeName()).withLoggingDisabled(),
            ITEM_RESULTS_SOURCE,
            key,
            value,
            Topics.ITEM_RESULTS.name(),
            ITEM_VIEWER,
            ItemViewProcessor::new)
        .addProcessor(ITEM_CLEANER, () -> new ItemCleaner(codec), ITEM_RESULTS_SOURCE)
        .addStateStore(store(DELETED_JOBS_OF_ITEMS), ITEM_CLEANER)
        .addStateStore(store(ViewStore.ITEM_IDS.storeName()), ITEM_CLEANER)
        .connectProcessorAndStateStores(ITEM_CLEANER, ViewStore.ITEMS.storeName())
        .addSink(
            TOMBSTONES_SINK,
            Topics.ITEM_RESULTS.name(),
            Serdes.String().serializer(),
            Serdes.ByteArray().serializer(),
            sameAsBatch(),
            ITEM_CLEANER);
    return topology;
  }

  // Chunks lie in the partition of their batch.
  private static StreamPartitioner<String, byte[]> sameAsBatch() {
    return (topic, chunkKey, none, partitions) -> {
      int last = Math.max(0, chunkKey.lastIndexOf('/'));
      return Optional.of(Set.of(Partitions.of(chunkKey.substring(0, last), partitions)));
    };
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled();
  }
}
