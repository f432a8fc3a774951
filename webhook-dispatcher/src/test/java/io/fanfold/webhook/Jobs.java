package io.fanfold.webhook;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Webhook;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Jobs and their states for tests. */
final class Jobs {

  static final String SECRET = "whsec_" + "A".repeat(32);

  private Jobs() {}

  static Job job(long id, Webhook webhook) {
    return Job.newBuilder()
        .setId(id)
        .setProject("p")
        .setTotalItems(3)
        .setBatchSize(10)
        .setBatchCount(1)
        .setFeatures(List.of())
        .setName("a \"name\" ä")
        .setMetadata(Map.of())
        .setFailureIsolation(FailureIsolation.ITEM)
        .setWebhook(webhook)
        .setCreatedAt(Instant.parse("2026-01-01T00:00:00Z"))
        .build();
  }

  static Webhook webhook(String url, String... events) {
    return Webhook.newBuilder().setUrl(url).setSecret(SECRET).setEvents(List.of(events)).build();
  }

  static JobState state(Job job, long sequence, JobStatus status) {
    Instant at = Instant.parse("2026-01-01T00:00:01Z").plusSeconds(sequence);
    return JobState.newBuilder(JobStates.queued(job))
        .setSequence(sequence)
        .setEventId(JobStates.eventId(job.getProject(), job.getId(), sequence))
        .setStatus(status)
        .setStatusAt(at)
        .setUpdatedAt(at)
        .build();
  }
}
