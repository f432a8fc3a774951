package io.fanfold.webhook;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Webhook;
import io.fanfold.schemas.WebhookEndpoint;
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

  /** A receiver that comes with a job. */
  static Target target(String url, String secret, String secretRef) {
    return new Target(url, secret, secretRef, Map.of(), "standard", null, null);
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

  /** An endpoint of project p that was made long ago. */
  static WebhookEndpoint endpoint(String id, String... events) {
    Instant made = Instant.parse("2025-12-01T00:00:00Z");
    return WebhookEndpoint.newBuilder()
        .setId(id)
        .setProject("p")
        .setVersion(3)
        .setUrl("https://" + id.replace('_', '-') + ".example.com/hook?token=t")
        .setEvents(List.of(events))
        .setKeys(List.of())
        .setCreatedAt(made)
        .setUpdatedAt(made)
        .build();
  }

  /** A running job of which so many of a hundred items have ended. */
  static JobState running(Job job, long sequence, int attempt, int ended) {
    return JobState.newBuilder(state(job, sequence, JobStatus.RUNNING))
        .setEventId(null)
        .setAttempt(attempt)
        .setTotal(100)
        .setSucceeded(ended)
        .setPending(100 - ended)
        .build();
  }
}
