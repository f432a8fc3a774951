package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.CommandType;
import io.fanfold.schemas.JobCommand;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class JobActionsTest {

  private static AvroCodec codec;
  private static FakeLookups lookups;
  private static ApiServer api;

  @BeforeAll
  static void start() throws Exception {
    codec = Samples.codec("job-actions-test");
    lookups = new FakeLookups();
    api = new ApiServer(codec, lookups.url(), Samples.TEXT);
  }

  @AfterEach
  void forget() {
    api.producer.clear();
    api.producer.sendException = null;
    lookups.asked().clear();
  }

  @AfterAll
  static void stop() {
    api.close();
    lookups.close();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/jobs/7/cancel, RUNNING, CANCEL",
    "POST, /v1/jobs/7/cancel, CANCELED, CANCEL",
    "DELETE, /v1/jobs/7, QUEUED, DELETE",
    "DELETE, /v1/jobs/7, COMPLETED, DELETE",
    "POST, /v1/jobs/7/retry, COMPLETED, RETRY_FAILED",
    "POST, /v1/jobs/7/retry, EXPIRED, RETRY_FAILED",
  })
  void a_command_is_produced_and_answered_with_the_job(
      String method, String path, String status, CommandType type) {
    String job = "{\"status\":\"" + status + "\",\"counts\":{\"failed\":1}}";
    lookups.answer(200, job);

    HttpResponse<String> answer = send(method, path);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo(job);
    assertThat(lookups.asked()).containsExactly(new FakeLookups.Asked("/v1/jobs/7", "team"));
    ProducerRecord<String, byte[]> sent = api.producer.history().get(0);
    assertThat(sent.topic()).isEqualTo("job-commands");
    assertThat(sent.key()).isEqualTo("7");
    JobCommand command = codec.decode(Topics.JOB_COMMANDS, sent.value());
    assertThat(command.getCommand()).isEqualTo(type);
    assertThat(command.getProject()).isEqualTo("team");
  }

  @ParameterizedTest
  @CsvSource({"RUNNING, 1, JOB_NOT_ENDED", "QUEUED, 1, JOB_NOT_ENDED", "FAILED, 0, NOTHING_FAILED"})
  void a_retry_of_what_cannot_be_is_a_409(String status, int failed, String code) {
    lookups.answer(200, "{\"status\":\"" + status + "\",\"counts\":{\"failed\":" + failed + "}}");

    HttpResponse<String> answer = send("POST", "/v1/jobs/7/retry");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(ApiServer.json(answer).get("code").textValue()).isEqualTo(code);
    assertThat(api.producer.history()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"404, 7", "503, 7", "404, abc", "404, 0", "404, 9007199254740992"})
  void what_is_not_there_gets_no_command(int status, String id) {
    lookups.answer(status, "{\"code\":\"SOME\"}");

    assertThat(send("POST", "/v1/jobs/" + id + "/cancel").statusCode()).isEqualTo(status);
    assertThat(send("DELETE", "/v1/jobs/" + id).statusCode()).isEqualTo(status);
    assertThat(api.producer.history()).isEmpty();
  }

  @Test
  void a_command_kafka_does_not_take_is_a_503() {
    lookups.answer(200, "{\"status\":\"RUNNING\"}");
    api.producer.sendException = new TimeoutException("no broker");

    assertThat(send("POST", "/v1/jobs/7/cancel").statusCode()).isEqualTo(503);
  }

  @Test
  void the_next_aggregator_is_asked_when_one_is_gone() throws Exception {
    var gone = new FakeLookups();
    String urls = gone.url() + "," + lookups.url();
    gone.close();
    try (var both = new ApiServer(Samples.codec("both"), urls, Samples.TEXT)) {
      lookups.answer(200, "{\"status\":\"RUNNING\"}");
      assertThat(both.get("/v1/jobs/7").statusCode()).isEqualTo(200);
      assertThat(both.get("/v1/jobs/7/batches").body()).contains("RUNNING");
      assertThat(
              both.send(both.request("/v1/jobs/7/cancel").POST(BodyPublishers.noBody()))
                  .statusCode())
          .isEqualTo(202);
    }
  }

  private static HttpResponse<String> send(String method, String path) {
    return api.send(
        api.request(path)
            .header("Fanfold-Project", "team")
            .method(method, BodyPublishers.ofByteArray("".getBytes(UTF_8))));
  }
}
