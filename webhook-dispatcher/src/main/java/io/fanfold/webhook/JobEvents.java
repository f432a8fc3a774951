package io.fanfold.webhook;

import io.fanfold.kit.JobStates;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookEndpoint;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Job states to deliveries: one for each event and each target that wants it. */
final class JobEvents {

  private final AvroCodec codec;
  private final Endpoints endpoints;
  private final DueDeliveries deliveries;
  private final DeliveryIndex index;
  private final Counter created;
  private final KeyValueStore<String, byte[]> targets;
  private final KeyValueStore<String, byte[]> earlyStates;

  JobEvents(
      ProcessorContext<?, ?> context,
      AvroCodec codec,
      Endpoints endpoints,
      DueDeliveries deliveries,
      DeliveryIndex index,
      Telemetry telemetry) {
    this.codec = codec;
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.index = index;
    this.created = telemetry.counter(Meters.DELIVERIES);
    this.targets = context.getStateStore(DeliveryTopology.WEBHOOK_TARGETS);
    this.earlyStates = context.getStateStore(DeliveryTopology.EARLY_STATES);
  }

  /**
   * @param record the job as it was found, null when it was deleted
   */
  void accepted(String jobKey, byte[] record) {
    if (record == null) {
      targets.delete(jobKey);
      forget(jobKey);
      return;
    }
    Job job = codec.decode(Topics.JOBS, record);
    if (job.getWebhook() != null) {
      targets.put(jobKey, record);
    }
    takeEarlyStates(jobKey, job);
  }

  /**
   * @param record the state as it was found, null when the job was deleted
   */
  void changed(String jobKey, byte[] record) {
    if (record == null) {
      // The last of the job here; its jobs record, which says so too, may have come before states
      // that then began to wait for it.
      forget(jobKey);
      return;
    }
    JobState state = codec.decode(Topics.JOB_STATES, record);
    for (WebhookEndpoint endpoint : endpoints.of(state.getProject())) {
      Subscription.of(endpoint).ifPresent(subscription -> create(jobKey, state, subscription));
    }
    // The state says whether there is a webhook; if so its target comes with the job.
    if (state.getWebhookUrl() != null && mayBeEvent(state)) {
      byte[] job = targets.get(jobKey);
      if (job == null) {
        earlyStates.put("%s/%019d".formatted(jobKey, state.getSequence()), record);
      } else {
        create(jobKey, state, inline(codec.decode(Topics.JOBS, job)));
      }
    }
    if (JobStates.isTerminal(state.getStatus())) {
      index.removeProgress(jobKey);
    }
  }

  private void forget(String jobKey) {
    earlyStates(jobKey).forEach(row -> earlyStates.delete(row.key));
    index.removeProgress(jobKey);
  }

  /** Nothing orders the two topics: states may have been read before their job. */
  private void takeEarlyStates(String jobKey, Job job) {
    for (KeyValue<String, byte[]> row : earlyStates(jobKey)) {
      if (job.getWebhook() != null) {
        create(jobKey, codec.decode(Topics.JOB_STATES, row.value), inline(job));
      }
      earlyStates.delete(row.key);
    }
  }

  private List<KeyValue<String, byte[]>> earlyStates(String jobKey) {
    var rows = new ArrayList<KeyValue<String, byte[]>>();
    try (KeyValueIterator<String, byte[]> early =
        earlyStates.prefixScan(jobKey + "/", new StringSerializer())) {
      early.forEachRemaining(rows::add);
    }
    return rows;
  }

  private static boolean mayBeEvent(JobState state) {
    return state.getEventId() != null || state.getWebhookEvents().contains(WebhookEvent.PROGRESS);
  }

  private static Subscription inline(Job job) {
    return Subscription.of(job.getProject(), job.getWebhook());
  }

  private void create(String jobKey, JobState state, Subscription subscription) {
    if (state.getEventId() != null) {
      create(jobKey, WebhookEvent.of(state), subscription);
    }
    if (!JobStates.isTerminal(state.getStatus()) && subscription.wants(WebhookEvent.PROGRESS)) {
      progress(jobKey, state, subscription).ifPresent(event -> create(jobKey, event, subscription));
    }
  }

  private void create(String jobKey, WebhookEvent event, Subscription subscription) {
    if (subscription.wants(event)
        && deliveries.add(
            subscription.delivery(event, jobKey), event.body(subscription.payload()))) {
      created.increment();
    }
  }

  private Optional<WebhookEvent> progress(
      String jobKey, JobState state, Subscription subscription) {
    ProgressMark before = index.progress(jobKey, subscription.targetId());
    ProgressMark now = ProgressMark.of(state, subscription.progressSteps());
    if (now.replaces(before)) {
      index.putProgress(jobKey, subscription.targetId(), now);
    }
    return now.isNewsAfter(before)
        ? Optional.of(WebhookEvent.progress(state, now))
        : Optional.empty();
  }
}
