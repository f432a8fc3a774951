package io.fanfold.webhook;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the three topics and keeps {@link DueDeliveries} up to date. */
final class DeliveryProcessor implements Processor<String, byte[], String, byte[]> {

  private static final Logger log = LoggerFactory.getLogger(DeliveryProcessor.class);

  private final AvroCodec codec;
  private final Sender sender;
  private final Telemetry telemetry;
  private final Counter created;

  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> targets;
  private KeyValueStore<String, byte[]> earlyStates;
  private DueDeliveries deliveries;

  DeliveryProcessor(AvroCodec codec, Sender sender, Telemetry telemetry) {
    this.codec = codec;
    this.sender = sender;
    this.telemetry = telemetry;
    this.created = telemetry.counter(Meters.DELIVERIES);
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    this.targets = context.getStateStore(DeliveryTopology.WEBHOOK_TARGETS);
    this.earlyStates = context.getStateStore(DeliveryTopology.EARLY_STATES);
    this.deliveries = new DueDeliveries(context, sender, this::target);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    try {
      if (from.topic().equals(Topics.WEBHOOK_ATTEMPTS.name())) {
        attempted(codec.decode(Topics.WEBHOOK_ATTEMPTS, record.value()));
        return;
      }
      if (JobIds.parse(record.key()).isEmpty()) {
        throw new SerializationException("the key is not a job id: " + record.key());
      }
      if (from.topic().equals(Topics.JOBS.name())) {
        accepted(record);
      } else if (record.value() != null) {
        changed(record, codec.decode(Topics.JOB_STATES, record.value()));
      } else {
        // The last of a deleted job here; its jobs record, which says so too, may have come before
        // states that then began to wait for it.
        forgetEarlyStates(record.key());
      }
    } catch (SerializationException e) {
      deadLetter(record, from, e);
    }
  }

  private void accepted(Record<String, byte[]> record) {
    if (record.value() == null) {
      targets.delete(record.key());
      forgetEarlyStates(record.key());
      return;
    }
    Job job = codec.decode(Topics.JOBS, record.value());
    if (job.getWebhook() != null) {
      targets.put(record.key(), record.value());
    }
    takeEarlyStates(record.key(), job);
  }

  /** Nothing orders the two topics: states may have been read before their job. */
  private void takeEarlyStates(String jobKey, Job job) {
    for (KeyValue<String, byte[]> row : earlyStates(jobKey)) {
      if (job.getWebhook() != null) {
        create(jobKey, job, codec.decode(Topics.JOB_STATES, row.value));
      }
      earlyStates.delete(row.key);
    }
  }

  private void forgetEarlyStates(String jobKey) {
    earlyStates(jobKey).forEach(row -> earlyStates.delete(row.key));
  }

  private List<KeyValue<String, byte[]>> earlyStates(String jobKey) {
    var rows = new ArrayList<KeyValue<String, byte[]>>();
    try (KeyValueIterator<String, byte[]> early =
        earlyStates.prefixScan(jobKey + "/", new StringSerializer())) {
      early.forEachRemaining(rows::add);
    }
    return rows;
  }

  private void changed(Record<String, byte[]> record, JobState state) {
    // The state says whether there is a webhook; if so its target comes with the job.
    if (state.getEventId() == null || state.getWebhookUrl() == null) {
      return;
    }
    byte[] job = targets.get(record.key());
    if (job == null) {
      earlyStates.put("%s/%019d".formatted(record.key(), state.getSequence()), record.value());
    } else {
      create(record.key(), codec.decode(Topics.JOBS, job), state);
    }
  }

  private void create(String jobKey, Job job, JobState state) {
    WebhookEvent event = WebhookEvent.of(state);
    List<String> wanted = job.getWebhook().getEvents();
    if (event.isWanted(wanted)
        && deliveries.add(
            new Delivery(
                event.id(),
                jobKey,
                state.getProject(),
                event.type(),
                event.body(),
                1,
                context.currentSystemTimeMs()))) {
      created.increment();
    }
  }

  private void attempted(WebhookAttempt attempt) {
    switch (attempt.getOutcome()) {
      case DELIVERED, GIVEN_UP, CANCELED -> deliveries.finish(attempt.getEventId());
      case RETRY -> {
        if (attempt.getNextAttemptAt() == null) {
          throw new SerializationException("a retry without a time");
        }
        deliveries.retry(
            attempt.getEventId(), attempt.getAttempt(), attempt.getNextAttemptAt().toEpochMilli());
      }
    }
  }

  private Target target(String jobKey) {
    byte[] job = targets.get(jobKey);
    return job == null ? null : Target.of(codec.decode(Topics.JOBS, job).getWebhook());
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
