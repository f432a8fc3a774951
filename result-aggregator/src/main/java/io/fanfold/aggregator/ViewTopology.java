package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.Stores;

/**
 * What lookups are answered from: committed job states and item results, materialised as the bytes
 * they came in. The topics themselves are the stores' changelogs.
 */
final class ViewTopology implements Supplier<Topology> {

  /** Job id to its newest committed state. */
  static final String JOB_VIEW = "job-view";

  /** Chunk key to a chunk of results. */
  static final String ITEM_VIEW = "item-view";

  /** Project and age to job id, newest first; see {@link JobOrder}. */
  static final String JOB_ORDER = "job-order";

  private static final String JOB_STATES_SOURCE = "job-states";
  private static final String ITEM_RESULTS_SOURCE = "item-results";
  private static final String JOB_CHANGES = "job-changes";
  private static final String JOB_ORDER_INDEXER = "job-order-indexer";

  private final AvroCodec codec;

  ViewTopology(AvroCodec codec) {
    this.codec = codec;
  }

  @Override
  public Topology get() {
    var string = Serdes.String();
    var bytes = Serdes.ByteArray();
    var builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(JOB_ORDER), string, bytes));
    builder
        .table(
            Topics.JOB_STATES.name(),
            Consumed.with(string, bytes).withName(JOB_STATES_SOURCE),
            Materialized.<String, byte[]>as(Stores.persistentKeyValueStore(JOB_VIEW))
                .withKeySerde(string)
                .withValueSerde(bytes)
                .withCachingDisabled())
        .toStream(Named.as(JOB_CHANGES))
        .process(() -> new JobOrderIndexer(codec), Named.as(JOB_ORDER_INDEXER), JOB_ORDER);
    builder.table(
        Topics.ITEM_RESULTS.name(),
        Consumed.with(string, bytes).withName(ITEM_RESULTS_SOURCE),
        Materialized.<String, byte[]>as(Stores.persistentKeyValueStore(ITEM_VIEW))
            .withKeySerde(string)
            .withValueSerde(bytes)
            .withCachingDisabled());
    // Without this every chunk would be written to a second topic of the same content.
    var reuse = new Properties();
    reuse.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.REUSE_KTABLE_SOURCE_TOPICS);
    return builder.build(reuse);
  }
}
