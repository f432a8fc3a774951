package io.fanfold.webhook;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The durable timer: job states in, attempts handed to a {@link Sender}, their outcomes in again.
 *
 * <pre>
 * jobs ─────────────► delivery ──► Sender ──► HTTP
 * job-states ───────►    ▲ │          │
 * delivery-commands ►    │ │          │
 * webhook-attempts ──────┘ │◄─────────┘ (same partition number as the job's)
 *                          └──► endpoint-commands: disable
 * </pre>
 *
 * All four topics have the same number of partitions; an outcome is written to the partition of the
 * job it belongs to, so that the task that holds the delivery reads it.
 */
final class DeliveryTopology implements Supplier<Topology> {

  static final String JOBS_SOURCE = "jobs-source";
  static final String JOB_STATES_SOURCE = "job-states-source";
  static final String ATTEMPTS_SOURCE = "webhook-attempts-source";
  static final String COMMANDS_SOURCE = "delivery-commands-source";
  static final String DELIVERY = "delivery";
  static final String ATTEMPTS_SINK = "webhook-attempts-sink";
  static final String ENDPOINT_COMMANDS_SINK = "endpoint-commands-sink";
  static final String DEAD_LETTERS_SINK = "dead-letters-sink";

  /** Job id to the job's record, for jobs with a webhook; the only place of its secret here. */
  static final String WEBHOOK_TARGETS = "webhook-targets";

  /** Event and target to {@link Delivery}, for as long as events are kept. */
  static final String DELIVERIES = "deliveries";

  /** Event and payload to the body that every attempt sends. */
  static final String EVENT_BODIES = "event-bodies";

  /** Receiver, due time, event and target of each pending delivery, see {@link DueQueue}. */
  static final String DELIVERIES_DUE = "deliveries-due";

  /** Other ways to find deliveries, see {@link DeliveryIndex}. */
  static final String DELIVERY_INDEX = "delivery-index";

  /** Job id and sequence to a state that was read before its job. */
  static final String EARLY_STATES = "early-states";

  private final AvroCodec codec;
  private final Sender sender;
  private final Endpoints endpoints;
  private final EndpointHealth health;
  private final Settings settings;
  private final Telemetry telemetry;

  /**
   * How long things are waited for.
   *
   * @param retention events and their deliveries are kept so long
   * @param disableAfter an endpoint that fails so long is disabled
   */
  record Settings(Duration retention, Duration disableAfter) {}

  DeliveryTopology(
      AvroCodec codec,
      Sender sender,
      Endpoints endpoints,
      EndpointHealth health,
      Settings settings,
      Telemetry telemetry) {
    this.codec = codec;
    this.sender = sender;
    this.endpoints = endpoints;
    this.health = health;
    this.settings = settings;
    this.telemetry = telemetry;
  }

  @Override
  public Topology get() {
    var string = Serdes.String();
    var bytes = Serdes.ByteArray();
    return new Topology()
        .addSource(JOBS_SOURCE, string.deserializer(), bytes.deserializer(), Topics.JOBS.name())
        .addSource(
            JOB_STATES_SOURCE,
            string.deserializer(),
            bytes.deserializer(),
            Topics.JOB_STATES.name())
        .addSource(
            ATTEMPTS_SOURCE,
            string.deserializer(),
            bytes.deserializer(),
            Topics.WEBHOOK_ATTEMPTS.name())
        .addSource(
            COMMANDS_SOURCE,
            string.deserializer(),
            bytes.deserializer(),
            Topics.DELIVERY_COMMANDS.name())
        .addProcessor(
            DELIVERY,
            () -> new DeliveryProcessor(codec, sender, endpoints, health, settings, telemetry),
            JOBS_SOURCE,
            JOB_STATES_SOURCE,
            ATTEMPTS_SOURCE,
            COMMANDS_SOURCE)
        .addStateStore(store(WEBHOOK_TARGETS), DELIVERY)
        .addStateStore(store(DELIVERIES), DELIVERY)
        .addStateStore(store(EVENT_BODIES), DELIVERY)
        .addStateStore(store(DELIVERIES_DUE), DELIVERY)
        .addStateStore(store(DELIVERY_INDEX), DELIVERY)
        .addStateStore(store(EARLY_STATES), DELIVERY)
        .addSink(
            ATTEMPTS_SINK,
            Topics.WEBHOOK_ATTEMPTS.name(),
            AttemptKey.serializer(),
            bytes.serializer(),
            AttemptKey.partitioner(),
            DELIVERY)
        .addSink(
            ENDPOINT_COMMANDS_SINK,
            Topics.ENDPOINT_COMMANDS.name(),
            string.serializer(),
            bytes.serializer(),
            DELIVERY)
        .addSink(
            DEAD_LETTERS_SINK,
            Topics.DEAD_LETTERS,
            string.serializer(),
            bytes.serializer(),
            DELIVERY);
  }

  private static StoreBuilder<?> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray());
  }
}
