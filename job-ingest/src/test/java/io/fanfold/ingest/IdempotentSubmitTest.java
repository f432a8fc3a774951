package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Topics;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Idempotency keys and quotas at the front door. */
@Timeout(60)
final class IdempotentSubmitTest {

  private static final String GOOD =
      """
      {"items": [{"uri": "data:,one"}, {"uri": "data:,two"}],
       "features": [{"name": "TextDetection"}]}
      """;

  private static AvroCodec codec;
  private static FakeLookups lookups;
  private static ApiServer api;

  @BeforeAll
  static void start() throws Exception {
    codec = Samples.codec("idempotent-submit-test");
    lookups = new FakeLookups();
    api = new ApiServer(codec, lookups.url(), Samples.TEXT);
  }

  @AfterEach
  void forget() {
    api.producer.clear();
    api.producer.sendException = null;
  }

  @AfterAll
  static void stop() {
    api.close();
    lookups.close();
  }

  @Test
  void the_first_submission_of_a_key_is_accepted_when_the_splitter_says_so() {
    var answer = post("order/7", "team");
    ProducerRecord<String, byte[]> sent = sent();
    assertThat(sent.key()).isEqualTo("team/order%2F7");
    assertThat(codec.decode(Topics.JOB_SUBMISSIONS, sent.value()).getSubmissionId())
        .isEqualTo("order/7");
    long id = Long.parseLong(ApiServer.text(sent, "fanfold-job-id"));
    assertThat(answer).isNotDone();

    api.admit(sent, admission(id, false));

    assertThat(answer.join().statusCode()).as(answer.join().body()).isEqualTo(202);
    assertThat(answer.join().headers().firstValue("Location")).hasValue("/v1/jobs/" + id);
    assertThat(answer.join().headers().firstValue("Idempotency-Replayed")).isEmpty();
    assertThat(ApiServer.json(answer.join()).get("submissionId").textValue()).isEqualTo("order/7");
  }

  @Test
  void the_same_again_is_that_job_as_it_is_by_now() {
    lookups.answer(200, "{\"id\":12,\"status\":\"RUNNING\"}");
    var answer = post("k", "default");
    api.admit(sent(), admission(12, true));

    assertThat(answer.join().statusCode()).isEqualTo(202);
    assertThat(answer.join().headers().firstValue("Idempotency-Replayed")).hasValue("true");
    assertThat(answer.join().headers().firstValue("Location")).hasValue("/v1/jobs/12");
    assertThat(answer.join().body()).contains("RUNNING");

    lookups.answer(503, "{}");
    api.producer.clear();
    var blind = post("k", "default");
    api.admit(sent(), admission(12, true));
    assertThat(blind.join().statusCode()).isEqualTo(202);
    assertThat(ApiServer.json(blind.join()).get("id").longValue()).isEqualTo(12);

    lookups.answer(404, "{}");
    api.producer.clear();
    var deleted = post("k", "default");
    api.admit(sent(), admission(12, true));
    assertThat(deleted.join().statusCode()).isEqualTo(404);
  }

  @Test
  void another_job_under_the_key_is_a_409_that_names_the_fields() {
    var answer = post("k", "default");
    api.admit(sent(), admission(12, true).setDifferences(List.of("items", "priority")));

    assertThat(answer.join().statusCode()).isEqualTo(409);
    JsonNode problem = ApiServer.json(answer.join());
    assertThat(problem.get("code").textValue()).isEqualTo("IDEMPOTENCY_CONFLICT");
    assertThat(problem.get("errors").findValuesAsText("field"))
        .containsExactly("items", "priority");
  }

  @Test
  void no_answer_in_time_and_no_broker_are_503s() {
    var never = post("k", "default");
    sent();
    assertThat(never.join().statusCode()).isEqualTo(503);
    assertThat(never.join().headers().firstValue("Retry-After")).isPresent();

    api.producer.sendException = new TimeoutException("no broker");
    assertThat(post("k", "default").join().statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "0123456789012345678901234567890123456789012345678901234567890123x"})
  void a_key_that_is_no_key_is_a_400(String key) {
    HttpResponse<String> answer = post(key, "default").join();

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("Idempotency-Key");
    assertThat(api.producer.history()).isEmpty();
  }

  @Test
  void jobs_under_way_are_limited_by_project_and_free_their_share() {
    assertThat(submit("busy")).isEqualTo(202);
    assertThat(submit("busy")).isEqualTo(202);
    HttpResponse<String> third = post(null, "busy").join();
    assertThat(third.statusCode()).isEqualTo(429);
    assertThat(third.headers().firstValue("Retry-After")).isPresent();
    assertThat(ApiServer.json(third).get("code").textValue()).isEqualTo("QUOTA_JOBS_ACTIVE");
    assertThat(submit("other")).isEqualTo(202);

    long later = ApiServer.NOW.toEpochMilli() + 50;
    usage("busy/0", 1, later);
    ApiServer.await(() -> submit("busy") == 202);
    usage("busy/3", 1, later + 1);
    usage("busy/0", 2, later + 1);
    ApiServer.await(() -> submit("busy") == 429);
    api.usages.arrives("busy/0", null, later + 2);
    ApiServer.await(() -> submit("busy") == 202);
  }

  @Test
  void items_of_a_job_are_limited_by_project() {
    HttpResponse<String> answer = post(null, "small").join();

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).contains("QUOTA_ITEMS_PER_JOB");
    assertThat(api.producer.history()).isEmpty();
  }

  @Test
  void submissions_a_second_are_limited_by_project() {
    for (int i = 0; i < 3; i++) {
      assertThat(submit("slow")).isEqualTo(202);
    }
    HttpResponse<String> answer = post(null, "slow").join();
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).contains("QUOTA_SUBMISSIONS_PER_SECOND");
  }

  private static int submit(String project) {
    return post(null, project).join().statusCode();
  }

  private static void usage(String key, long jobs, long at) {
    var usage = new ProjectUsage("busy", 0, jobs, ApiServer.NOW);
    api.usages.arrives(key, codec.encode(Topics.PROJECT_USAGE, usage), at);
  }

  private static Admission.Builder admission(long id, boolean replayed) {
    return Admission.newBuilder().setJobId(id).setReplayed(replayed).setCreatedAt(ApiServer.NOW);
  }

  private static ProducerRecord<String, byte[]> sent() {
    ApiServer.await(() -> !api.producer.history().isEmpty());
    return api.producer.history().get(0);
  }

  private static CompletableFuture<HttpResponse<String>> post(String key, String project) {
    var request =
        api.request("/v1/jobs")
            .header("Content-Type", "application/json")
            .header("Fanfold-Project", project)
            .POST(BodyPublishers.ofString(GOOD));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return CompletableFuture.supplyAsync(() -> api.send(request));
  }
}
