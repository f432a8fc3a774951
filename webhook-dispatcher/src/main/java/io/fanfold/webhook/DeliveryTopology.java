package io.fanfold.webhook;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
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
 * job-states ───────►    ▲            │
 * webhook-attempts ──────┘ ◄──────────┘ (same partition number as the job's)
 * </pre>
 *
 * All three topics have the same number of partitions; an outcome is written to the partition of
 * the job it belongs to, so that the task that holds the delivery reads it.
 */
final class DeliveryTopology implements Supplier<Topology> {

  static final String JOBS_SOURCE = "jobs-source";
  static final String JOB_STATES_SOURCE = "job-states-source";
  static final String ATTEMPTS_SOURCE = "webhook-attempts-source";
  static final String DELIVERY = "delivery";
  static final String DEAD_LETTERS_SINK = "dead-letters-sink";

  /** Job id to the job's record, for jobs with a webhook; the only place of its secret here. */
  static final String WEBHOOK_TARGETS = "webhook-targets";

  /** Event id to {@link Delivery}, until it is delivered or given up. */
  static final String DELIVERIES = "deliveries";

  /** Due time and event id of each delivery that is not in the sender's hands. */
  static final String DELIVERIES_DUE = "deliveries-due";

  /** Job id and sequence to a state that was read before its job. */
  static final String EARLY_STATES = "early-states";

  private final AvroCodec codec;
  private final Sender sender;
  private final Telemetry telemetry;

  DeliveryTopology(AvroCodec codec, Sender sender, Telemetry telemetry) {
    this.codec = codec;
    this.sender = sender;
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
        .addProcessor(
            DELIVERY,
            () -> new DeliveryProcessor(codec, sender, telemetry),
            JOBS_SOURCE,
            JOB_STATES_SOURCE,
            ATTEMPTS_SOURCE)
        .addStateStore(store(WEBHOOK_TARGETS), DELIVERY)
        .addStateStore(store(DELIVERIES), DELIVERY)
        .addStateStore(store(DELIVERIES_DUE), DELIVERY)
        .addStateStore(store(EARLY_STATES), DELIVERY)
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
