package io.fanfold.webhook;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/**
 * Changes of endpoints, one after another: commands in, endpoints out, and what follows for their
 * deliveries.
 *
 * <pre>
 * endpoint-commands ──► endpoint ──► webhook-endpoints
 *                                └─► delivery-commands
 * </pre>
 */
final class EndpointTopology implements Supplier<Topology> {

  static final String COMMANDS_SOURCE = "endpoint-commands-source";
  static final String ENDPOINT = "endpoint";
  static final String ENDPOINTS_SINK = "webhook-endpoints-sink";
  static final String DELIVERY_COMMANDS_SINK = "delivery-commands-sink";

  /** For what is about the deliveries of every partition. */
  static final String ALL_DELIVERY_COMMANDS_SINK = "all-delivery-commands-sink";

  static final String DEAD_LETTERS_SINK = "dead-letters-sink";

  /** Project/endpoint id to the endpoint. */
  static final String ENDPOINTS = "endpoints";

  private final AvroCodec codec;
  private final Telemetry telemetry;

  EndpointTopology(AvroCodec codec, Telemetry telemetry) {
    this.codec = codec;
    this.telemetry = telemetry;
  }

  @Override
  public Topology get() {
    var string = Serdes.String();
    var bytes = Serdes.ByteArray();
    return new Topology()
        .addSource(
            COMMANDS_SOURCE,
            string.deserializer(),
            bytes.deserializer(),
            Topics.ENDPOINT_COMMANDS.name())
        .addProcessor(ENDPOINT, () -> new EndpointProcessor(codec, telemetry), COMMANDS_SOURCE)
        .addStateStore(
            Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(ENDPOINTS), string, bytes),
            ENDPOINT)
        .addSink(
            ENDPOINTS_SINK,
            Topics.WEBHOOK_ENDPOINTS.name(),
            string.serializer(),
            bytes.serializer(),
            ENDPOINT)
        .addSink(
            DELIVERY_COMMANDS_SINK,
            Topics.DELIVERY_COMMANDS.name(),
            string.serializer(),
            bytes.serializer(),
            ENDPOINT)
        .addSink(
            ALL_DELIVERY_COMMANDS_SINK,
            Topics.DELIVERY_COMMANDS.name(),
            string.serializer(),
            bytes.serializer(),
            new EveryPartition(),
            ENDPOINT)
        .addSink(
            DEAD_LETTERS_SINK,
            Topics.DEAD_LETTERS,
            string.serializer(),
            bytes.serializer(),
            ENDPOINT);
  }

  private static final class EveryPartition implements StreamPartitioner<String, byte[]> {

    @Override
    public Optional<Set<Integer>> partitions(
        String topic, String key, byte[] value, int numPartitions) {
      return Optional.of(
          IntStream.range(0, numPartitions).boxed().collect(Collectors.toUnmodifiableSet()));
    }
  }
}
