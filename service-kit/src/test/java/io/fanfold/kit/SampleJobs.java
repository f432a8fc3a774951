package io.fanfold.kit;

import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.Webhook;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A job with a value in every field, and one with as few as can be. */
final class SampleJobs {

  static final Instant CREATED = Instant.parse("2026-01-31T12:00:00.123Z");

  private SampleJobs() {}

  static Job full() {
    return Job.newBuilder()
        .setId(1_234_567_890_123_456L)
        .setProject("team")
        .setTotalItems(250)
        .setBatchSize(100)
        .setBatchCount(3)
        .setFeatures(List.of(new Feature("TextDetection", Map.of("threshold", 0.5))))
        .setName("name")
        .setCustomId("custom")
        .setFeedId("feed")
        .setTag("tag")
        .setMetadata(Map.of("k", "v"))
        .setFailureIsolation(FailureIsolation.BATCH)
        .setPriority(-7)
        .setWebhook(
            Webhook.newBuilder()
                .setUrl("https://a.example/")
                .setSecret("whsec_secret")
                .setEvents(List.of("job.failed"))
                .build())
        .setTtlSeconds(3_600L)
        .setDeadline(Instant.parse("2026-02-01T00:00:00Z"))
        .setCreatedAt(CREATED)
        .build();
  }

  static Job bare() {
    return Job.newBuilder()
        .setId(1)
        .setProject("default")
        .setTotalItems(0)
        .setBatchSize(100)
        .setBatchCount(0)
        .setFeatures(List.of())
        .setCreatedAt(CREATED)
        .build();
  }
}
