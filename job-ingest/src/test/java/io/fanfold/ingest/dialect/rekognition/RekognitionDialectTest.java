package io.fanfold.ingest.dialect.rekognition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers on the wire. */
final class RekognitionDialectTest {

  private static final String START =
      """
      {"OperationsConfig":{"DetectModerationLabels":{"MinConfidence":60}},
       "Input":{"S3Object":{"Bucket":"bbb","Name":"in.jsonl"}},
       "OutputConfig":{"S3Bucket":"out","S3KeyPrefix":"p/"},
       "ClientRequestToken":"tok-1","JobName":"n1"}
      """;

  private final RekognitionServer server = new RekognitionServer(false);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_started_job_is_answered_with_its_id() {
    HttpResponse<String> answer = server.call("StartMediaAnalysisJob", START);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"JobId\":\"" + FakeJobs.ID + "\"}");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-amz-json-1.1");
    assertThat(answer.headers().firstValue("x-amzn-requestid"))
        .isEqualTo(answer.headers().firstValue("X-Request-ID"));
    assertThat(server.jobs.submitted).hasSize(1);
    assertThat(server.jobs.submitted.get(0).getProject()).isEqualTo("team");
  }

  @Test
  void a_job_is_found_by_its_id() {
    server.jobs.jobs.put(
        FakeJobs.ID,
        Json.MAPPER
            .createObjectNode()
            .put("id", FakeJobs.ID)
            .put("status", "RUNNING")
            .put("createdAt", "2026-01-31T12:00:00Z"));

    JsonNode job =
        RekognitionServer.json(
            server.call("GetMediaAnalysisJob", "{\"JobId\":\"" + FakeJobs.ID + "\"}"));

    assertThat(job.path("JobId").textValue()).isEqualTo(Long.toString(FakeJobs.ID));
    assertThat(job.path("Status").textValue()).isEqualTo("IN_PROGRESS");
    assertThat(job.path("CreationTimestamp").doubleValue()).isEqualTo(1769860800.0);
    assertThat(server.jobs.asked).containsExactly("team rekognition " + FakeJobs.ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "0007", "job-1", "e0b1a4e5_x"})
  void a_job_that_there_is_not_is_a_resource_not_found(String id) {
    refused("GetMediaAnalysisJob", "{\"JobId\":\"" + id + "\"}", "ResourceNotFoundException");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GetMediaAnalysisJob | {}",
        "GetMediaAnalysisJob | {\"JobId\":\"a/b\"}",
        "GetMediaAnalysisJob | {\"JobId\":\"\"}",
        "GetMediaAnalysisJob | {\"JobId\":7}",
        "GetMediaAnalysisJob | []",
        "GetMediaAnalysisJob | {\"JobId\":\"7\",\"More\":1}",
        "ListMediaAnalysisJobs | {\"MaxResults\":0}",
        "ListMediaAnalysisJobs | {\"MaxResults\":101}",
        "ListMediaAnalysisJobs | {\"MaxResults\":\"5\"}",
        "ListMediaAnalysisJobs | {\"NextToken\":5}",
        "StartMediaAnalysisJob | {}"
      })
  void what_breaks_a_rule_is_an_invalid_parameter(String operation, String body) {
    refused(operation, body, "InvalidParameterException");
  }

  @Test
  void jobs_are_listed_page_by_page() {
    server.jobs.page.put("nextCursor", "there");
    server
        .jobs
        .page
        .putArray("jobs")
        .addObject()
        .put("id", 7)
        .put("status", "QUEUED")
        .put("createdAt", "2026-01-31T12:00:00Z");

    JsonNode page =
        RekognitionServer.json(
            server.call("ListMediaAnalysisJobs", "{\"MaxResults\":5,\"NextToken\":\"here\"}"));

    assertThat(server.jobs.asked).containsExactly("team rekognition {limit=5, cursor=here}");
    assertThat(page.path("NextToken").textValue()).isEqualTo("there");
    assertThat(page.path("MediaAnalysisJobs")).hasSize(1);
    assertThat(page.at("/MediaAnalysisJobs/0/JobId").textValue()).isEqualTo("7");
    server.jobs.page.putNull("nextCursor").putArray("jobs");
    assertThat(server.call("ListMediaAnalysisJobs", "{}").body())
        .isEqualTo("{\"MediaAnalysisJobs\":[]}");
  }

  @Test
  void a_token_of_another_list_is_an_invalid_pagination_token() {
    refused("ListMediaAnalysisJobs", "{\"NextToken\":\"\"}", "InvalidPaginationTokenException");
    server.jobs.problem = problem(400, "INVALID_CURSOR");
    refused("ListMediaAnalysisJobs", "{\"NextToken\":\"x\"}", "InvalidPaginationTokenException");
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_REQUEST, 400, InvalidParameterException",
    "409, IDEMPOTENCY_CONFLICT, 400, IdempotentParameterMismatchException",
    "413, BODY_TOO_LARGE, 400, InvalidParameterException",
    "429, QUOTA_JOBS_ACTIVE, 400, LimitExceededException",
    "429, QUOTA_SUBMISSIONS_PER_SECOND, 400, ProvisionedThroughputExceededException",
    "503, UNAVAILABLE, 500, ThrottlingException",
    "500, INTERNAL, 500, InternalServerError"
  })
  void problems_have_the_types_the_sdks_know(int given, String code, int status, String type) {
    server.jobs.problem = problem(given, code);

    HttpResponse<String> answer = server.call("StartMediaAnalysisJob", START);

    assertThat(answer.statusCode()).isEqualTo(status);
    JsonNode body = RekognitionServer.json(answer);
    assertThat(body.path("__type").textValue()).isEqualTo(type);
    assertThat(body.path("Code").textValue()).isEqualTo(type);
    assertThat(body.path("Message").textValue()).isEqualTo("that is why");
    assertThat(body).hasSize(3);
    assertThat(answer.headers().firstValue("x-amzn-requestid")).isPresent();
  }

  @Test
  void a_model_that_no_worker_has_is_not_the_callers_fault() {
    var error = new FieldError("features[0].name", "is not offered");
    server.jobs.problem = Problem.invalid(List.of(error)).exception();

    refused("StartMediaAnalysisJob", START, "ResourceNotReadyException");
  }

  @Test
  void operations_of_the_rest_of_rekognition_are_unknown() {
    refused("DetectFaces", "{}", "UnknownOperationException");
  }

  @Test
  void a_body_that_is_no_json_is_a_serialization_exception() {
    refused("StartMediaAnalysisJob", "{\"a\":", "SerializationException");
    refused("StartMediaAnalysisJob", "", "SerializationException");
  }

  private void refused(String operation, String body, String type) {
    HttpResponse<String> answer = server.call(operation, body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(RekognitionServer.json(answer).path("__type").textValue()).isEqualTo(type);
    assertThat(RekognitionServer.json(answer).path("Message").textValue()).isNotEmpty();
  }

  private static ProblemException problem(int status, String code) {
    return Problem.of(status, code, "title", "that is why").exception();
  }
}
