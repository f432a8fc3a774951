package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Splitting;
import io.fanfold.schemas.Stop;
import io.fanfold.schemas.StopReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobJsonTest {

  private static final Instant NOW = SampleJobs.CREATED.plusSeconds(60);

  @Test
  void a_job_with_everything_shows_everything() throws Exception {
    JobState job =
        JobState.newBuilder(JobStates.queued(SampleJobs.full()))
            .setSequence(9)
            .setStatus(JobStatus.FAILED)
            .setOutcome(JobOutcome.PARTIAL)
            .setAttempt(2)
            .setSucceeded(225)
            .setFailed(25)
            .setPending(0)
            .setFailedByCode(Map.of("NOT_FOUND", 25L))
            .setBatches(new BatchCounts(3, 0, 1, 1, 1))
            .setModels(List.of(new Model("TextDetection", "m", "1.2")))
            .setFailure(new JobFailure("ALL_BATCHES_FAILED", "every batch has a failed item"))
            .setStartedAt(SampleJobs.CREATED.plusMillis(500))
            .setEndedAt(SampleJobs.CREATED.plusMillis(2_000))
            .setManifest(new Manifest("s3://bucket/list.jsonl", ManifestFormat.JSON_LINES))
            .setOutputUri("s3://bucket/out/")
            .setSubmissionId("key-1")
            .setDialect(new Dialect("cognite", "{\"fileId\": 7}"))
            .setSplitting(new Splitting(true, true, 4_000L, 9_000L, 2L))
            .setStop(new Stop(StopReason.CANCELED, SampleJobs.CREATED.plusMillis(900)))
            .setHistory(
                List.of(
                    new EndedAttempt(
                        1,
                        JobStatus.COMPLETED,
                        JobOutcome.PARTIAL,
                        200L,
                        50L,
                        0L,
                        SampleJobs.CREATED.plusMillis(100),
                        SampleJobs.CREATED.plusMillis(300))))
            .build();

    JsonNode expected =
        Json.MAPPER.readTree(
            """
                {"id": 1234567890123456, "project": "team", "status": "FAILED",
                 "outcome": "PARTIAL", "sequence": 9, "attempt": 2,
                 "counts": {"total": 250, "succeeded": 225, "failed": 25, "canceled": 0,
                   "pending": 0, "failedByCode": {"NOT_FOUND": 25}},
                 "progress": 1.0, "batchSize": 100,
                 "batches": {"total": 3, "running": 0, "completed": 1, "failed": 1,
                   "canceled": 1},
                 "features": [{"name": "TextDetection", "parameters": {"threshold": 0.5}}],
                 "name": "name", "customId": "custom", "feedId": "feed", "tag": "tag",
                 "metadata": {"k": "v"}, "failureIsolation": "BATCH", "priority": -7,
                 "webhook": {"url": "https://a.example/", "events": ["job.failed"],
                             "payload": "THIN", "progressSteps": 10, "ordered": false},
                 "ttlSeconds": 3600, "deadline": "2026-02-01T00:00:00Z",
                 "manifest": {"uri": "s3://bucket/list.jsonl", "format": "JSON_LINES"},
                 "outputUri": "s3://bucket/out/", "submissionId": "key-1",
                 "dialect": {"name": "cognite", "request": {"fileId": 7}},
                 "splitting": {"complete": true, "cut": true, "bytesRead": 4000,
                   "bytesTotal": 9000, "invalidLines": 2},
                 "stop": {"reason": "CANCELED", "at": "2026-01-31T12:00:01.023Z"},
                 "models": [{"feature": "TextDetection", "name": "m", "version": "1.2"}],
                 "failure": {"code": "ALL_BATCHES_FAILED",
                   "message": "every batch has a failed item"},
                 "createdAt": "2026-01-31T12:00:00.123Z",
                 "startedAt": "2026-01-31T12:00:00.623Z",
                 "endedAt": "2026-01-31T12:00:02.123Z",
                 "statusAt": "2026-01-31T12:00:00.123Z",
                 "updatedAt": "2026-01-31T12:00:00.123Z", "durationMs": 1500,
                 "history": [{"attempt": 1, "status": "COMPLETED", "outcome": "PARTIAL",
                   "succeeded": 200, "failed": 50, "canceled": 0,
                   "startedAt": "2026-01-31T12:00:00.223Z",
                   "endedAt": "2026-01-31T12:00:00.423Z"}]}
            """);
    JsonNode shown = JobJson.of(job, NOW);

    // Through the text, so that 100 the int and 100 the long are equal.
    assertThat(Json.MAPPER.readTree(Json.bytes(shown))).isEqualTo(expected);
    assertThat(shown.fieldNames()).toIterable().containsExactlyElementsOf(expected::fieldNames);
  }

  @Test
  void a_job_with_little_has_the_same_fields_and_nulls() throws Exception {
    JsonNode full = JobJson.of(JobStates.queued(SampleJobs.full()), NOW);
    JsonNode bare = JobJson.of(JobStates.queued(SampleJobs.bare()), NOW);

    assertThat(bare.fieldNames()).toIterable().containsExactlyElementsOf(full::fieldNames);
    for (String name :
        List.of(
            "name",
            "customId",
            "feedId",
            "tag",
            "webhook",
            "ttlSeconds",
            "deadline",
            "manifest",
            "outputUri",
            "submissionId",
            "dialect",
            "splitting",
            "stop",
            "failure",
            "startedAt",
            "endedAt",
            "durationMs")) {
      assertThat(bare.get(name).isNull()).as(name).isTrue();
    }
    assertThat(bare.get("metadata")).isEmpty();
    assertThat(bare.get("models").isArray()).isTrue();
    assertThat(bare.get("features").isArray()).isTrue();
    assertThat(bare.get("counts").get("failedByCode").isObject()).isTrue();
    assertThat(bare.get("progress").doubleValue()).isEqualTo(1);
  }

  @Test
  void the_secret_is_never_shown() {
    assertThat(JobJson.of(JobStates.queued(SampleJobs.full()), NOW).toString())
        .doesNotContain("whsec")
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({"4,4,0", "4,3,0.25", "4,0,1", "0,0,1", "3,1,0.6666666666666666"})
  void progress_is_the_share_of_items_with_a_result(long total, long pending, double expected) {
    JobState job =
        JobState.newBuilder(JobStates.queued(SampleJobs.bare()))
            .setTotal(total)
            .setPending(pending)
            .build();

    assertThat(JobJson.progress(job)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"100,50,1000,2000,0.25", "0,0,0,2000,0", "100,0,2000,2000,1", "100,50,10,,0"})
  void progress_of_a_manifest_that_is_read_counts_what_was_not_read(
      long total, long pending, long bytesRead, Long bytesTotal, double expected) {
    JobState job =
        JobState.newBuilder(JobStates.queued(SampleJobs.bare()))
            .setTotal(total)
            .setPending(pending)
            .setSplitting(new Splitting(false, false, bytesRead, bytesTotal, 0L))
            .build();

    assertThat(JobJson.progress(job)).isEqualTo(expected);
  }

  @Test
  void a_running_job_lasts_until_now_and_never_less_than_nothing() {
    var running =
        JobState.newBuilder(JobStates.queued(SampleJobs.bare())).setStartedAt(NOW).build();

    assertThat(JobJson.of(running, NOW.plusMillis(42)).get("durationMs").longValue()).isEqualTo(42);
    assertThat(JobJson.of(running, NOW.minusSeconds(5)).get("durationMs").longValue()).isZero();
  }
}
