package io.fanfold.webhook;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.EndpointCommand;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookEndpoint;
import java.time.Instant;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies commands to endpoints. One that expected another version is dropped: whoever sent it sees
 * the version that came between in the view.
 */
final class EndpointProcessor implements Processor<String, byte[], String, byte[]> {

  private static final Logger log = LoggerFactory.getLogger(EndpointProcessor.class);

  private final AvroCodec codec;
  private final Telemetry telemetry;

  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> endpoints;

  EndpointProcessor(AvroCodec codec, Telemetry telemetry) {
    this.codec = codec;
    this.telemetry = telemetry;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    this.endpoints = context.getStateStore(EndpointTopology.ENDPOINTS);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    try {
      EndpointCommand command = codec.decode(Topics.ENDPOINT_COMMANDS, record.value());
      if (record.key() == null) {
        throw new SerializationException("a command without a key");
      }
      byte[] stored = endpoints.get(record.key());
      WebhookEndpoint current =
          stored == null ? null : codec.decode(Topics.WEBHOOK_ENDPOINTS, stored);
      long version = current == null ? 0 : current.getVersion();
      if (command.getExpectedVersion() != null && command.getExpectedVersion() != version) {
        log.info("{} of {} came too late", command.getAction(), record.key());
        return;
      }
      switch (command.getAction()) {
        case PUT -> put(record, command, version);
        case DELETE -> delete(record, current);
        case DISABLE -> disable(record, command, current);
      }
      // Somebody waits for it.
      context.commit();
    } catch (SerializationException e) {
      deadLetter(record, e);
    }
  }

  private void put(Record<String, byte[]> record, EndpointCommand command, long version) {
    WebhookEndpoint endpoint = command.getEndpoint();
    if (endpoint == null
        || !EndpointsView.key(endpoint.getProject(), endpoint.getId()).equals(record.key())) {
      throw new SerializationException("no endpoint of this key");
    }
    write(record, WebhookEndpoint.newBuilder(endpoint).setVersion(version + 1).build());
  }

  private void delete(Record<String, byte[]> record, WebhookEndpoint current) {
    if (current == null) {
      return;
    }
    endpoints.delete(record.key());
    context.forward(record.withValue(null), EndpointTopology.ENDPOINTS_SINK);
    var cancel =
        DeliveryCommand.newBuilder()
            .setProject(current.getProject())
            .setAction(DeliveryAction.CANCEL)
            .setEndpointId(current.getId())
            .build();
    forward(record, cancel, EndpointTopology.ALL_DELIVERY_COMMANDS_SINK);
  }

  private void disable(
      Record<String, byte[]> record, EndpointCommand command, WebhookEndpoint current) {
    if (current == null || !current.getEnabled()) {
      return;
    }
    if (command.getReason() == null) {
      throw new SerializationException("an endpoint is not disabled without a reason");
    }
    Instant at = Instant.ofEpochMilli(record.timestamp());
    WebhookEndpoint disabled =
        WebhookEndpoint.newBuilder(current)
            .setVersion(current.getVersion() + 1)
            .setEnabled(false)
            .setDisabledReason(command.getReason())
            .setDisabledAt(at)
            .setUpdatedAt(at)
            .build();
    write(record, disabled);
    EndpointEvent event = EndpointEvent.disabled(disabled);
    forward(record, event.send(null), EndpointTopology.DELIVERY_COMMANDS_SINK);
  }

  private void write(Record<String, byte[]> record, WebhookEndpoint endpoint) {
    byte[] value = codec.encode(Topics.WEBHOOK_ENDPOINTS, endpoint);
    endpoints.put(record.key(), value);
    context.forward(record.withValue(value), EndpointTopology.ENDPOINTS_SINK);
  }

  private void forward(Record<String, byte[]> record, DeliveryCommand command, String sink) {
    context.forward(
        record
            .withKey(command.getProject())
            .withValue(codec.encode(Topics.DELIVERY_COMMANDS, command)),
        sink);
  }

  private void deadLetter(Record<String, byte[]> record, Exception e) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    log.warn("dead letter from {}-{} at {}", from.topic(), from.partition(), from.offset(), e);
    context.forward(
        record.withHeaders(
            DeadLetters.headers(
                WebhookDispatcher.NAME,
                from.topic(),
                from.partition(),
                from.offset(),
                record.headers(),
                String.valueOf(e.getMessage()))),
        EndpointTopology.DEAD_LETTERS_SINK);
    telemetry.counter(Meters.DEAD_LETTERS, WebhookDispatcher.NAME, from.topic()).increment();
  }
}
