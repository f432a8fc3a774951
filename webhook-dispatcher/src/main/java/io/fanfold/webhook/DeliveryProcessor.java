package io.fanfold.webhook;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.EndpointCommand;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the four topics and keeps {@link DueDeliveries} up to date. */
final class DeliveryProcessor implements Processor<String, byte[], Object, byte[]> {

  private static final Logger log = LoggerFactory.getLogger(DeliveryProcessor.class);
  private static final int GONE = 410;

  private final AvroCodec codec;
  private final Sender sender;
  private final Endpoints endpoints;
  private final EndpointHealth health;
  private final DeliveryTopology.Settings settings;
  private final Telemetry telemetry;

  private ProcessorContext<Object, byte[]> context;
  private KeyValueStore<String, byte[]> targets;
  private DueDeliveries deliveries;
  private JobEvents events;
  private DeliveryCommands commands;
  private EndpointFailures failures;

  DeliveryProcessor(
      AvroCodec codec,
      Sender sender,
      Endpoints endpoints,
      EndpointHealth health,
      DeliveryTopology.Settings settings,
      Telemetry telemetry) {
    this.codec = codec;
    this.sender = sender;
    this.endpoints = endpoints;
    this.health = health;
    this.settings = settings;
    this.telemetry = telemetry;
  }

  @Override
  public void init(ProcessorContext<Object, byte[]> context) {
    this.context = context;
    this.targets = context.getStateStore(DeliveryTopology.WEBHOOK_TARGETS);
    var index = new DeliveryIndex(context.getStateStore(DeliveryTopology.DELIVERY_INDEX));
    this.deliveries = new DueDeliveries(context, sender, this::target, index, settings.retention());
    this.events = new JobEvents(context, codec, endpoints, deliveries, index, telemetry);
    this.commands = new DeliveryCommands(endpoints, deliveries, index, this::cancel, telemetry);
    this.failures = new EndpointFailures(endpoints, health, index, settings.disableAfter());
    new Housekeeping(
            deliveries,
            index,
            context.getStateStore(DeliveryTopology.DELIVERIES_DUE),
            this::cancel,
            telemetry)
        .schedule(context);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    deliveries.takeover().begin();
    try {
      read(record, from);
    } catch (SerializationException e) {
      deadLetter(record, from, e);
    }
  }

  private void read(Record<String, byte[]> record, RecordMetadata from) {
    String topic = from.topic();
    if (topic.equals(Topics.WEBHOOK_ATTEMPTS.name())
        && Takeover.isMark(record.key(), record.value())) {
      if (deliveries.takeover().read(record.key())) {
        deliveries.handOut();
      }
    } else if (topic.equals(Topics.WEBHOOK_ATTEMPTS.name())) {
      attempted(codec.decode(Topics.WEBHOOK_ATTEMPTS, record.value()));
    } else if (topic.equals(Topics.DELIVERY_COMMANDS.name())) {
      commands.apply(
          codec.decode(Topics.DELIVERY_COMMANDS, record.value()),
          Instant.ofEpochMilli(record.timestamp()),
          from.offset());
    } else if (JobIds.parse(record.key()).isEmpty()) {
      throw new SerializationException("the key is not a job id: " + record.key());
    } else if (topic.equals(Topics.JOBS.name())) {
      events.accepted(record.key(), record.value());
    } else {
      events.changed(record.key(), record.value());
    }
  }

  private void attempted(WebhookAttempt attempt) {
    String key = AttemptRecords.deliveryKey(attempt);
    switch (attempt.getOutcome()) {
      case DELIVERED -> {
        deliveries.ended(key, attempt.getReplay(), DeliveryState.DELIVERED);
        if (attempt.getEndpointId() != null) {
          failures.delivered(attempt);
        }
      }
      case GIVEN_UP -> {
        // In this order: the end of one brings the next in line forward.
        failed(attempt);
        deliveries.ended(key, attempt.getReplay(), DeliveryState.GIVEN_UP);
      }
      // Written when it was done, by the processor itself.
      case CANCELED -> deliveries.ended(key, attempt.getReplay(), DeliveryState.CANCELED);
      case RETRY -> {
        if (attempt.getNextAttemptAt() == null) {
          throw new SerializationException("a retry without a time");
        }
        deliveries.retry(
            key,
            attempt.getReplay(),
            attempt.getAttempt(),
            attempt.getNextAttemptAt().toEpochMilli());
        failed(attempt);
      }
    }
    if (attempt.getReplay() == 0 && !deliveries.isKnown(key)) {
      deliveries.remember(key, attempt.getEventId(), AttemptRecords.early(attempt));
    }
  }

  private void failed(WebhookAttempt attempt) {
    if (attempt.getEndpointId() != null) {
      failures
          .failed(attempt)
          .ifPresent(
              command -> disable(attempt.getProject() + "/" + attempt.getEndpointId(), command));
    } else if (Integer.valueOf(GONE).equals(attempt.getResponseStatus())) {
      String key = AttemptRecords.deliveryKey(attempt);
      String jobKey = Long.toString(attempt.getJobId());
      for (Delivery other : deliveries.pending(jobKey, Receiver.INLINE)) {
        if (!other.key().equals(key)) {
          end(
              other,
              DeliveryState.GIVEN_UP,
              AttemptOutcome.GIVEN_UP,
              "the receiver says it is gone");
        }
      }
    }
  }

  private void disable(String endpointKey, EndpointCommand command) {
    context.forward(
        new Record<Object, byte[]>(
            endpointKey,
            codec.encode(Topics.ENDPOINT_COMMANDS, command),
            context.currentSystemTimeMs()),
        DeliveryTopology.ENDPOINT_COMMANDS_SINK);
  }

  private void cancel(Delivery delivery) {
    end(delivery, DeliveryState.CANCELED, AttemptOutcome.CANCELED, "canceled");
  }

  /** Ends a delivery without an attempt, and has the attempt log say so. */
  private void end(Delivery delivery, DeliveryState state, AttemptOutcome outcome, String reason) {
    Instant at = Instant.ofEpochMilli(context.currentSystemTimeMs());
    WebhookAttempt ended = AttemptRecords.ended(delivery, target(delivery), outcome, at, reason);
    deliveries.end(delivery, state);
    context.forward(
        new Record<Object, byte[]>(
            new AttemptKey(context.taskId().partition(), delivery.eventId()),
            codec.encode(Topics.WEBHOOK_ATTEMPTS, ended),
            at.toEpochMilli()),
        DeliveryTopology.ATTEMPTS_SINK);
    telemetry.timer(Meters.WEBHOOK_ATTEMPTS, outcome.name()).record(Duration.ZERO);
  }

  private Target target(Delivery delivery) {
    if (!delivery.isInline()) {
      return endpoints.find(delivery.project(), delivery.targetId()).map(Target::of).orElse(null);
    }
    return Optional.ofNullable(targets.get(delivery.jobKey()))
        .map(job -> Target.of(codec.decode(Topics.JOBS, job).getWebhook()))
        .orElse(null);
  }

  private void deadLetter(Record<String, byte[]> record, RecordMetadata from, Exception e) {
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
        DeliveryTopology.DEAD_LETTERS_SINK);
    telemetry.counter(Meters.DEAD_LETTERS, WebhookDispatcher.NAME, from.topic()).increment();
  }
}
