package io.fanfold.ingest.dialect.rekognition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.rekognition.WrittenFiles.Files;
import io.fanfold.kit.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MediaAnalysisJobTest {

  private static final Files NONE = new Files(1, false, false, null);
  private static final Files THERE = new Files(1, true, true, null);

  /** As the page has it, with every field of its response syntax. */
  private static final String PAGE =
      """
      {"CompletionTimestamp": 1769860805.5, "CreationTimestamp": 1769860800.123,
       "Input": {"S3Object": {"Bucket": "pictures", "Name": "in.jsonl", "Version": "v3"}},
       "JobId": "2318745862144", "JobName": "november", "KmsKeyId": "key-1",
       "ManifestSummary": {"S3Object": {"Bucket": "results",
         "Name": "jobs/2318745862144/rekognition-manifest-summary.json"}},
       "OperationsConfig": {"DetectModerationLabels": {"MinConfidence": 60.5}},
       "OutputConfig": {"S3Bucket": "results", "S3KeyPrefix": "jobs"},
       "Results": {"ModelVersions": {"Moderation": "4.3.0"}, "S3Object": {"Bucket": "results",
         "Name": "jobs/2318745862144/rekognition-results.jsonl"}},
       "Status": "SUCCEEDED"}
      """;

  @Test
  void every_field_of_the_page_is_there_once_the_job_has_succeeded() {
    JsonNode shown = Json.parse(Json.bytes(MediaAnalysisJob.of(job(), THERE)));

    assertThat(shown).isEqualTo(json(PAGE));
  }

  @Test
  void what_was_not_given_is_left_out() {
    ObjectNode job = job();
    job.set(
        "dialect",
        json(
            """
            {"name": "rekognition", "request": {"OperationsConfig": {},
             "Input": {"S3Object": {"Bucket": "pictures", "Name": "in.jsonl"}},
             "OutputConfig": {"S3Bucket": "results"}}}
            """));
    job.put("outputUri", "s3://results/");
    ObjectNode shown = MediaAnalysisJob.of(job, THERE);

    assertThat(shown.has("JobName")).isFalse();
    assertThat(shown.has("KmsKeyId")).isFalse();
    assertThat(shown.path("OperationsConfig").isEmpty()).isTrue();
    assertThat(shown.at("/Results/S3Object/Name").asText())
        .isEqualTo("2318745862144/rekognition-results.jsonl");
  }

  @Test
  void a_job_has_not_succeeded_before_its_results_can_be_read() {
    ObjectNode shown = MediaAnalysisJob.of(job(), NONE);

    assertThat(shown.path("Status").asText()).isEqualTo("IN_PROGRESS");
    assertThat(shown.has("Results")).isFalse();
    assertThat(shown.has("ManifestSummary")).isFalse();
    assertThat(shown.has("CompletionTimestamp")).isFalse();
    assertThat(shown.has("FailureDetails")).isFalse();
  }

  @Test
  void a_job_whose_results_cannot_be_written_has_failed() {
    ObjectNode shown =
        MediaAnalysisJob.of(job(), new Files(1, false, false, "there is no such bucket"));

    assertThat(shown.path("Status").asText()).isEqualTo("FAILED");
    assertThat(shown.at("/FailureDetails/Code").asText()).isEqualTo("INVALID_OUTPUT_CONFIG");
    assertThat(shown.at("/FailureDetails/Message").asText()).isEqualTo("there is no such bucket");
    assertThat(shown.has("Results")).isFalse();
  }

  @Test
  void a_job_is_created_then_queued_then_in_progress() {
    ObjectNode job = job().put("status", "QUEUED").putNull("splitting").putNull("endedAt");
    assertThat(status(job)).isEqualTo("CREATED");
    job.putObject("splitting").put("complete", false);
    assertThat(status(job)).isEqualTo("QUEUED");
    job.put("status", "RUNNING");
    assertThat(status(job)).isEqualTo("IN_PROGRESS");
  }

  @ParameterizedTest
  @CsvSource({
    "MANIFEST_NOT_FOUND, INVALID_S3_OBJECT",
    "MANIFEST_UNREADABLE, INVALID_S3_OBJECT",
    "MANIFEST_ACCESS_DENIED, ACCESS_DENIED",
    "MANIFEST_EMPTY, INVALID_MANIFEST",
    "MANIFEST_TOO_LARGE, INVALID_MANIFEST",
    "MANIFEST_CHANGED, INVALID_MANIFEST",
    "NO_ITEMS, INVALID_MANIFEST",
    "INVALID_SUBMISSION, INTERNAL_ERROR"
  })
  void why_a_whole_job_failed_is_said_in_rekognitions_codes(String code, String expected) {
    ObjectNode shown = MediaAnalysisJob.of(failed(code), NONE);

    assertThat(shown.path("Status").asText()).isEqualTo("FAILED");
    assertThat(shown.at("/FailureDetails/Code").asText()).isEqualTo(expected);
    assertThat(shown.at("/FailureDetails/Message").asText()).isEqualTo("because");
    assertThat(shown.has("CompletionTimestamp")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ITEM, INVALID_MANIFEST",
    "ACCESS_DENIED, ACCESS_DENIED",
    "NOT_FOUND, INVALID_S3_OBJECT",
    "CORRUPT_INPUT, INVALID_S3_OBJECT",
    "MODEL_UNAVAILABLE, RESOURCE_NOT_READY",
    "TIMEOUT, INTERNAL_ERROR"
  })
  void where_nothing_succeeded_most_failures_say_why(String code, String expected) {
    ObjectNode job = failed("ALL_ITEMS_FAILED");
    job.withObject("/counts/failedByCode").put("INTERNAL", 2).put(code, 10).put("EXPIRED", 9);

    ObjectNode shown = MediaAnalysisJob.of(job, THERE);

    assertThat(shown.at("/FailureDetails/Code").asText()).isEqualTo(expected);
    assertThat(shown.has("ManifestSummary")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CANCELED", "EXPIRED"})
  void a_stopped_job_has_failed_and_keeps_its_results(String status) {
    ObjectNode shown = MediaAnalysisJob.of(job().put("status", status), THERE);

    assertThat(shown.path("Status").asText()).isEqualTo("FAILED");
    assertThat(shown.at("/FailureDetails/Code").asText()).isEqualTo("INTERNAL_ERROR");
    assertThat(shown.at("/FailureDetails/Message").asText()).isNotEmpty();
    assertThat(shown.has("Results")).isTrue();
  }

  @Test
  void a_manifest_that_was_not_read_has_no_results() {
    ObjectNode job = failed("MANIFEST_NOT_FOUND");
    job.withObject("/counts").put("total", 0);

    assertThat(MediaAnalysisJob.of(job, THERE).has("Results")).isFalse();
  }

  private static String status(ObjectNode job) {
    return MediaAnalysisJob.of(job, NONE).path("Status").asText();
  }

  private static ObjectNode failed(String code) {
    ObjectNode job = job().put("status", "FAILED");
    job.putObject("failure").put("code", code).put("message", "because");
    return job;
  }

  private static ObjectNode job() {
    return (ObjectNode)
        json(
            """
            {"id": 2318745862144, "project": "team", "status": "COMPLETED", "attempt": 1,
             "counts": {"total": 3, "succeeded": 2, "failed": 1, "failedByCode": {}},
             "outputUri": "s3://results/jobs", "name": "november",
             "dialect": {"name": "rekognition", "request": {"JobName": "november",
               "OperationsConfig": {"DetectModerationLabels": {"MinConfidence": 60.5}},
               "Input": {"S3Object": {"Bucket": "pictures", "Name": "in.jsonl", "Version": "v3"}},
               "OutputConfig": {"S3Bucket": "results", "S3KeyPrefix": "jobs"},
               "KmsKeyId": "key-1"}},
             "splitting": {"complete": true},
             "models": [{"feature": "Other", "name": "o", "version": "1"},
               {"feature": "ModerationLabels", "name": "m", "version": "4.3.0"}],
             "failure": null, "createdAt": "2026-01-31T12:00:00.123456Z",
             "endedAt": "2026-01-31T12:00:05.500Z"}
            """);
  }

  private static JsonNode json(String text) {
    return Json.parse(text.getBytes(UTF_8));
  }
}
