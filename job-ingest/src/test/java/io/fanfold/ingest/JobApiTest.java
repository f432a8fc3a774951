package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class JobApiTest {

  private static final String GOOD =
      """
      {"items": [{"uri": "http://a.example/1.jpg", "customId": "one"}, {"uri": "data:,two"}],
       "features": [{"name": "TextDetection", "parameters": {"threshold": 0.25}}],
       "batchSize": 1, "name": "n", "metadata": {"k": "v"},
       "webhook": {"url": "https://a.example/", "secretRef": "main"}}
      """;

  private static AvroCodec codec;
  private static ApiServer api;
  private static FakeLookups lookups;

  @BeforeAll
  static void start() throws Exception {
    codec = Samples.codec("job-api-test");
    lookups = new FakeLookups();
    api = new ApiServer(codec, lookups.url(), Samples.TEXT, Samples.TARGETS);
  }

  @AfterEach
  void forget() {
    api.producer.clear();
    api.producer.sendException = null;
    lookups.asked().clear();
    lookups.answer(200, "{}");
  }

  @AfterAll
  static void stop() {
    api.close();
    lookups.close();
  }

  @Test
  void a_good_job_is_produced_and_answered_with_where_it_is() {
    HttpResponse<String> answer =
        api.send(
            api.request("/v1/jobs")
                .header("Content-Type", "application/json")
                .header("Fanfold-Project", "team")
                .POST(BodyPublishers.ofString(GOOD)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonNode job = ApiServer.json(answer);
    long id = job.get("id").longValue();
    assertThat(answer.headers().firstValue("Location")).hasValue("/v1/jobs/" + id);
    assertThat(JobIds.time(id)).isEqualTo(ApiServer.NOW);
    assertThat(job.get("status").textValue()).isEqualTo("QUEUED");
    assertThat(job.get("project").textValue()).isEqualTo("team");
    assertThat(job.get("counts").get("total").intValue()).isEqualTo(2);
    assertThat(job.get("batches").get("total").intValue()).isEqualTo(2);
    assertThat(job.get("createdAt").textValue()).isEqualTo(ApiServer.NOW.toString());
    assertThat(job.get("durationMs").isNull()).isTrue();

    assertThat(api.producer.history()).hasSize(1);
    ProducerRecord<String, byte[]> record = api.producer.history().get(0);
    assertThat(record.topic()).isEqualTo("job-submissions");
    assertThat(record.key()).isEqualTo(Long.toString(id));
    assertThat(record.timestamp()).isEqualTo(ApiServer.NOW.toEpochMilli());
    JobSubmission submission = codec.decode(Topics.JOB_SUBMISSIONS, record.value());
    assertThat(submission.getProject()).isEqualTo("team");
    assertThat(submission.getItems()).hasSize(2);
    assertThat(submission.getFeatures().get(0).getParameters()).containsEntry("threshold", 0.25);
    assertThat(submission.getWebhook().getSecretRef()).isEqualTo("main");
  }

  @Test
  void jobs_sent_one_after_the_other_have_growing_ids() {
    long first = ApiServer.json(api.post(GOOD)).get("id").longValue();
    long second = ApiServer.json(api.post(GOOD)).get("id").longValue();

    assertThat(second).isGreaterThan(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "Application/JSON"
      })
  void json_in_utf_8_is_taken(String contentType) {
    assertThat(sendAs(contentType).statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/jsonp",
        "application/problem+json",
        "*/*",
      })
  void any_other_media_type_is_a_415(String contentType) {
    assertProblem(sendAs(contentType), 415, "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void no_media_type_is_a_415() {
    assertProblem(
        api.send(api.request("/v1/jobs").POST(BodyPublishers.ofString(GOOD))),
        415,
        "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void a_problem_names_every_field_at_fault() {
    JsonNode problem =
        assertProblem(
            api.post("{\"items\":[{\"uri\":\"x\"}],\"features\":[],\"priority\":101}"),
            400,
            "INVALID_REQUEST");

    assertThat(problem.get("errors").findValuesAsText("field"))
        .containsExactly("items[0].uri", "features", "priority");
    assertThat(problem.get("detail").textValue())
        .startsWith("items[0].uri ")
        .endsWith("(and 2 more)");
  }

  @Test
  void a_feature_nobody_offers_is_a_400_that_names_those_there_are() {
    JsonNode problem =
        assertProblem(
            api.post("{\"items\":[{\"uri\":\"data:,\"}],\"features\":[{\"name\":\"Nothing\"}]}"),
            400,
            "INVALID_REQUEST");

    assertThat(problem.get("detail").textValue()).contains("TextDetection", "TargetMatch");
  }

  @Test
  void a_body_that_is_too_large_is_a_413_announced_or_not() {
    byte[] body = new byte[ApiServer.MAX_BODY + 1];

    assertProblem(api.post(body), 413, "BODY_TOO_LARGE");
    assertProblem(
        api.send(
            api.request("/v1/jobs")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))),
        413,
        "BODY_TOO_LARGE");
  }

  @Test
  void a_producer_that_fails_is_a_503() {
    api.producer.sendException = new TimeoutException("no broker");

    HttpResponse<String> answer = api.post(GOOD);

    JsonNode problem = assertProblem(answer, 503, "UNAVAILABLE");
    assertThat(problem.get("detail").textValue()).contains("may be sent again");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void a_503_when_no_feature_is_announced() throws Exception {
    try (var waiting = new ApiServer(Samples.codec("waiting"), lookups.url())) {
      JsonNode problem = ApiServer.json(waiting.post(GOOD));

      assertThat(problem.get("status").intValue()).isEqualTo(503);
      assertThat(problem.get("detail").textValue()).contains("no worker");
      assertThat(waiting.producer.history()).isEmpty();
      // What is wrong anyway is said at once.
      assertThat(waiting.post("{}").statusCode()).isEqualTo(400);
    }
  }

  @Test
  void a_503_when_the_schema_registry_does_not_answer() throws Exception {
    try (var broken = new ApiServer(Samples.codecWithoutRegistry(), lookups.url(), Samples.TEXT)) {
      HttpResponse<String> answer = broken.post(GOOD);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(answer.body()).contains("schema registry").doesNotContain("127.0.0.1");
      assertThat(broken.producer.history()).isEmpty();
    }
  }

  @Test
  void features_are_listed_with_their_parameters() {
    JsonNode features = ApiServer.json(api.get("/v1/features")).get("features");

    assertThat(features.findValuesAsText("model")).hasSize(2);
    JsonNode text = features.get(1);
    assertThat(text.get("name").textValue()).isEqualTo("TextDetection");
    assertThat(text.get("modelVersion").textValue()).isEqualTo("1.2");
    assertThat(text.get("mediaTypes").get(0).textValue()).isEqualTo("image/jpeg");
    JsonNode threshold = text.get("parameters").get(0);
    assertThat(threshold.get("type").textValue()).isEqualTo("NUMBER");
    assertThat(threshold.get("maximum").doubleValue()).isEqualTo(1);
    assertThat(text.get("parameters").get(2).get("minimum").isNull()).isTrue();
  }

  static Stream<Arguments> lookups() {
    return Stream.of(
        Arguments.of("/v1/jobs", null),
        Arguments.of("/v1/jobs?limit=5&offset=10", "team"),
        Arguments.of("/v1/jobs?a=%20+%2B%26&b=%C3%A9", null),
        Arguments.of("/v1/jobs/1234567890123456", "team"),
        Arguments.of("/v1/jobs/abc", null),
        Arguments.of("/v1/jobs/%252e%252e", null),
        Arguments.of("/v1/jobs/http:%E2%82%AC", null),
        Arguments.of("/v1/jobs/7/items?outcome=failed&limit=1", "other"));
  }

  @ParameterizedTest
  @MethodSource("lookups")
  void lookups_are_handed_on_as_they_came(String target, String project) {
    lookups.answer(200, "{\"from\":\"the fake\"}");
    var request = api.request(target);
    if (project != null) {
      request.header("Fanfold-Project", project);
    }

    HttpResponse<String> answer = api.send(request);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"from\":\"the fake\"}");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(lookups.asked())
        .containsExactly(new FakeLookups.Asked(target, project == null ? "default" : project));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 503})
  void problems_of_the_aggregator_are_handed_back(int status) {
    lookups.answer(status, "{\"code\":\"SOME\"}");

    HttpResponse<String> answer = api.get("/v1/jobs/7");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo("{\"code\":\"SOME\"}");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
  }

  @Test
  void a_lookup_for_a_project_that_is_no_name_is_not_handed_on() {
    assertProblem(
        api.send(api.request("/v1/jobs/7").header("Fanfold-Project", "../x")),
        400,
        "INVALID_REQUEST");
    assertThat(lookups.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/jobs?limit=%zz",
        "/v1/jobs?limit=%",
        "/v1/jobs?a=|",
        "/v1/jobs?a=^",
        "/v1/jobs?a=\"b\"",
        "/v1/jobs?a={b}",
        "/v1/jobs?a=[",
        "/v1/jobs/7?a=\\",
        "/v1/jobs/a|b",
        "/v1/jobs/{id}",
        "/v1/jobs/%zz",
        "/v1/jobs/%00",
        "/v1/jobs/..%2f..%2fmetrics",
        "/v1/jobs/%2e%2e/%2e%2e/metrics",
        "/v1/jobs/..;/metrics",
        "/v1/jobs/\u00e9",
      })
  void a_target_that_is_no_uri_is_a_4xx_and_not_handed_on_as_another(String target)
      throws Exception {
    String answer = api.rawGet(target);

    int status = Integer.parseInt(answer.substring(9, 12));
    assertThat(status).as(answer).isLessThan(500);
    if (status >= 400) {
      assertThat(answer).contains("application/problem+json");
    }
    assertThat(lookups.asked())
        .allSatisfy(asked -> assertThat(asked.target()).startsWith("/v1/jobs"));
  }

  @Test
  void lookups_are_a_503_while_the_aggregator_is_gone() throws Exception {
    var gone = new FakeLookups();
    try (var alone = new ApiServer(Samples.codec("alone"), gone.url(), Samples.TEXT)) {
      var proxy = new LookupProxy(List.of(gone.url()));
      assertThat(alone.get("/v1/jobs/7").statusCode()).isEqualTo(200);
      assertThat(proxy.check().check().ok()).isTrue();
      gone.answer(503, "{}");
      assertThat(proxy.check().check().ok()).isFalse();

      gone.close();

      HttpResponse<String> answer = alone.get("/v1/jobs/7");
      assertProblem(answer, 503, "UNAVAILABLE");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(proxy.check().check().ok()).isFalse();
      // Submissions do not need it.
      assertThat(alone.post(GOOD).statusCode()).isEqualTo(202);
    }
  }

  private static HttpResponse<String> sendAs(String contentType) {
    return api.send(
        api.request("/v1/jobs")
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(GOOD)));
  }

  private static JsonNode assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = ApiServer.json(answer);
    assertThat(problem.get("code").textValue()).isEqualTo(code);
    if (status < 503) {
      assertThat(api.producer.history()).isEmpty();
    }
    return problem;
  }
}
