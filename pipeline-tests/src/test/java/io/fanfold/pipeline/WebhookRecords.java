package io.fanfold.pipeline;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.Webhook;
import io.fanfold.schemas.WebhookAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the dispatcher reads, without the services that write it, and what it writes. */
final class WebhookRecords {

  /** As far as the time of an event goes. */
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private WebhookRecords() {}

  static Job job(long id, String name, String url) {
    return Job.newBuilder()
        .setId(id)
        .setProject("p")
        .setTotalItems(1)
        .setBatchSize(1)
        .setBatchCount(1)
        .setFeatures(List.of())
        .setName(name)
        .setMetadata(Map.of())
        .setFailureIsolation(FailureIsolation.ITEM)
        .setWebhook(
            Webhook.newBuilder()
                .setUrl(url)
                .setSecret(FlakyReceivers.SECRET)
                .setEvents(List.of())
                .build())
        .setCreatedAt(CREATED)
        .build();
  }

  /** A status change of that job. */
  static JobState state(Job job, long sequence, JobStatus status) {
    Instant at = CREATED.plusSeconds(sequence);
    return JobState.newBuilder(JobStates.queued(job))
        .setSequence(sequence)
        .setEventId(JobStates.eventId(job.getProject(), job.getId(), sequence))
        .setStatus(status)
        .setStatusAt(at)
        .setUpdatedAt(at)
        .build();
  }

  static ProducerRecord<String, byte[]> record(AvroCodec codec, Job job) {
    return new ProducerRecord<>(
        Topics.JOBS.name(), JobIds.key(job.getId()), codec.encode(Topics.JOBS, job));
  }

  static ProducerRecord<String, byte[]> record(AvroCodec codec, JobState state) {
    return new ProducerRecord<>(
        Topics.JOB_STATES.name(),
        JobIds.key(state.getId()),
        codec.encode(Topics.JOB_STATES, state));
  }

  /** All of webhook-attempts. */
  static List<WebhookAttempt> attempts(String bootstrapServers, AvroCodec codec) {
    var found = new ArrayList<WebhookAttempt>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.WEBHOOK_ATTEMPTS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (var read : consumer.poll(Duration.ofMillis(100))) {
          // Without a value it is the mark of a takeover.
          if (read.value() != null) {
            found.add(codec.decode(Topics.WEBHOOK_ATTEMPTS, read.value()));
          }
        }
      }
    }
    return found;
  }
}
