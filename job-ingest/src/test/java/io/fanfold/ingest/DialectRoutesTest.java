package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobCommand;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DialectRoutesTest {

  private static AvroCodec codec;
  private static ApiServer api;
  private static FakeLookups lookups;

  @BeforeAll
  static void start() throws Exception {
    codec = Samples.codec("dialect-routes-test");
    lookups = new FakeLookups();
    api = new ApiServer(codec, lookups.url(), Samples.TEXT);
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
  void a_dialect_submits_what_a_producer_could() {
    HttpResponse<String> answer = post("/fake/jobs", "data:,one");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    ProducerRecord<String, byte[]> record = api.producer.history().get(0);
    assertThat(record.key()).isEqualTo(ApiServer.json(answer).get("fakeId").asText());
    JobSubmission submission = codec.decode(Topics.JOB_SUBMISSIONS, record.value());
    assertThat(submission.getProject()).isEqualTo("team");
    assertThat(submission.getDialect().getName()).isEqualTo("fake");
  }

  @Test
  void what_the_rules_refuse_is_refused_in_the_dialects_way() {
    HttpResponse<String> answer = post("/fake/jobs", "no uri");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("{\"wrong\":\"INVALID_REQUEST\"}");
    assertThat(api.producer.history()).isEmpty();
  }

  @Test
  void kafka_that_does_not_take_the_job_is_a_503() {
    api.producer.sendException = new TimeoutException("on purpose");

    assertThat(post("/fake/jobs", "data:,one").statusCode()).isEqualTo(503);
  }

  @Test
  void a_job_of_another_dialect_is_not_found() {
    lookups.answer(200, "{\"id\":7,\"dialect\":null}");

    HttpResponse<String> answer = get("/fake/jobs/7", null);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"wrong\":\"NOT_FOUND\"}");
  }

  @Test
  void a_shared_route_goes_to_whom_claims_it() {
    lookups.answer(200, "{\"id\":7,\"dialect\":{\"name\":\"fake\",\"request\":{}}}");

    assertThat(get("/v1/jobs/7", "Fake").body()).isEqualTo("{\"found\":7}");
    assertThat(get("/v1/jobs/7", null).body()).contains("\"dialect\"");
    assertThat(get("/v1/jobs/7/", "Fake").body()).isEqualTo("{\"found\":7}");
  }

  @Test
  void commands_are_sent() {
    HttpResponse<String> answer = api.send(api.request("/fake/jobs/7").DELETE());

    assertThat(answer.statusCode()).isEqualTo(204);
    ProducerRecord<String, byte[]> record = api.producer.history().get(0);
    assertThat(record.key()).isEqualTo("7");
    JobCommand command = codec.decode(Topics.JOB_COMMANDS, record.value());
    assertThat(command.getProject()).isEqualTo("team");
  }

  @Test
  void artifacts_come_as_they_are() {
    lookups.answer(200, "{\"line\":1}\n");

    assertThat(get("/fake/jobs/7/results", null).body()).isEqualTo("{\"line\":1}\n");
    assertThat(lookups.asked().get(0).target()).contains("/v1/jobs/7/artifacts/results.jsonl");
  }

  @Test
  void what_breaks_is_a_500_in_the_dialects_way() {
    HttpResponse<String> answer = get("/fake/broken", null);

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("{\"wrong\":\"INTERNAL\"}");
  }

  @Test
  void webhooks_get_the_job_as_the_dialect_shows_it() {
    lookups.answer(200, "{\"id\":7,\"dialect\":{\"name\":\"fake\",\"request\":{}}}");

    assertThat(get("/internal/dialects/fake/jobs/7", null).body()).isEqualTo("{\"fake\":7}");
    assertThat(get("/internal/dialects/other/jobs/7", null).statusCode()).isEqualTo(404);
    assertThat(get("/internal/dialects/fake/jobs/x", null).statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> post(String path, String body) {
    return api.send(api.request(path).POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> get(String path, String authorization) {
    var request = api.request(path).GET();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return api.send(request);
  }
}
