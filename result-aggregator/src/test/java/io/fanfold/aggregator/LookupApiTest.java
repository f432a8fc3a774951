package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LookupApiTest {

  private static final int MAX_WAITERS = 300;

  @TempDir Path directory;

  private final Telemetry telemetry = new Telemetry();
  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final JobChanges changes = new JobChanges(MAX_WAITERS, executor);
  private final HttpClient client = HttpClient.newHttpClient();
  private Views views;
  private HttpApi http;

  @BeforeEach
  void start() {
    views = new Views(directory, 2, changes::changed);
    var api =
        new LookupApi(
            views.lookups(),
            new JobWait(
                views.lookups(),
                changes,
                (job, after, slice) -> Optional.empty(),
                executor,
                Clock.systemUTC()),
            new Cursors("secret", Clock.systemUTC()),
            new Staleness(),
            executor,
            Clock.systemUTC(),
            telemetry);
    http =
        new HttpApi(
            "lookups",
            "127.0.0.1",
            0,
            1_000,
            telemetry,
            List.of(),
            javalin -> api.routes(javalin.routes));
    http.start();
  }

  @AfterEach
  void stop() {
    http.close();
    executor.shutdownNow();
    views.close();
    telemetry.close();
  }

  @Test
  void jobs_are_found_by_what_they_carry_and_paged_by_cursor() throws Exception {
    for (long id = 1; id <= 10; id++) {
      JobState job = JobStates.queued(Samples.job(id, 3, 2));
      job.setTag(id % 2 == 0 ? "even" : "odd");
      job.setMetadata(Map.of("team", id <= 4 ? "a b" : "c"));
      views.state(job);
    }

    JsonNode first = get("/v1/jobs?tag=even&limit=2");
    JsonNode second = get("/v1/jobs?tag=even&limit=2&cursor=" + first.get("nextCursor").asText());
    JsonNode both = get("/v1/jobs?tag=even&metadata.team=a%20b");

    assertThat(ids(first)).containsExactly(10L, 8L);
    assertThat(first.get("total").asInt()).isEqualTo(5);
    assertThat(ids(second)).containsExactly(6L, 4L);
    assertThat(ids(both)).containsExactly(4L, 2L);
    assertThat(both.get("total").isNull()).isTrue();
    assertThat(both.get("hasMore").asBoolean()).isFalse();
    assertThat(both.get("nextCursor").isNull()).isTrue();
    assertThat(ids(get("/v1/jobs?offset=8"))).containsExactly(2L, 1L);
  }

  @Test
  void a_cursor_is_good_for_its_own_list_only() throws Exception {
    for (long id = 1; id <= 3; id++) {
      views.state(JobStates.queued(Samples.job(id, 3, 1)));
    }
    String cursor = get("/v1/jobs?limit=1").get("nextCursor").asText();
    String items = get("/v1/jobs/1/items?limit=1").get("nextCursor").asText();

    assertThat(get("/v1/jobs?limit=2&cursor=" + cursor).get("jobs")).hasSize(2);
    assertInvalidCursor("/v1/jobs?status=QUEUED&cursor=" + cursor);
    assertInvalidCursor("/v1/jobs?cursor=" + items);
    assertInvalidCursor("/v1/jobs/2/items?cursor=" + items);
    assertInvalidCursor("/v1/jobs/1/items?outcome=failed&cursor=" + items);
    assertInvalidCursor("/v1/jobs/1/batches?cursor=" + items);
    assertInvalidCursor("/v1/jobs?cursor=");
    HttpResponse<String> foreign = send("/v1/jobs?cursor=" + cursor, "Fanfold-Project", "other");
    assertThat(foreign.statusCode()).isEqualTo(400);
    assertThat(foreign.body()).contains("INVALID_CURSOR");
  }

  @Test
  void a_request_that_is_not_understood_names_the_parameter() throws Exception {
    views.state(JobStates.queued(Samples.job(1, 3, 1)));
    for (String query :
        List.of(
            "/v1/jobs?status=odd",
            "/v1/jobs?createdBefore=yesterday",
            "/v1/jobs?offset=10001",
            "/v1/jobs?tag=a&tag=b",
            "/v1/jobs/1?waitFor=ever",
            "/v1/jobs/1?waitFor=terminal&timeout=61",
            "/v1/jobs/1/items?outcome=odd",
            "/v1/jobs/1/items?outcome=failed&offset=10001",
            "/v1/jobs/1/items?from=-1",
            "/v1/jobs/1/items?batch=x",
            "/v1/jobs/1/items?full=maybe",
            "/v1/jobs/1/batches?limit=0")) {
      HttpResponse<String> answer = send(query);
      assertThat(answer.statusCode()).as(query).isEqualTo(400);
      assertThat(answer.body()).as(query).contains("INVALID_REQUEST");
    }
  }

  @Test
  void items_are_found_by_outcome_batch_range_and_custom_id() throws Exception {
    endedJob();

    assertThat(indexes(get("/v1/jobs/7/items"))).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(indexes(get("/v1/jobs/7/items?from=1&to=4"))).containsExactly(1, 2, 3);
    assertThat(indexes(get("/v1/jobs/7/items?batch=1"))).containsExactly(2, 3);
    assertThat(indexes(get("/v1/jobs/7/items?batch=9"))).isEmpty();
    assertThat(indexes(get("/v1/jobs/7/items?customId=c4"))).containsExactly(4);
    assertThat(indexes(get("/v1/jobs/7/items?outcome=succeeded"))).containsExactly(0, 2, 3);
    assertThat(indexes(get("/v1/jobs/7/items?outcome=canceled"))).containsExactly(5);
    assertThat(indexes(get("/v1/jobs/7/items?outcome=failed&from=2"))).containsExactly(4);
    JsonNode failed = get("/v1/jobs/7/items?outcome=failed&limit=1&full=true");
    assertThat(indexes(failed)).containsExactly(1);
    assertThat(failed.get("total").asInt()).isEqualTo(2);
    assertThat(failed.get("items").get(0).get("item").get("uri").asText()).isEqualTo("file:/1");
    JsonNode rest =
        get(
            "/v1/jobs/7/items?outcome=failed&limit=1&full=true&cursor="
                + failed.get("nextCursor").asText());
    assertThat(indexes(rest)).containsExactly(4);
    assertThat(rest.get("nextCursor").isNull()).isTrue();
  }

  @Test
  void items_that_are_to_be_run_again_are_pending_and_still_shown_in_full() throws Exception {
    JobState ended = endedJob();
    views.state(
        JobState.newBuilder(ended)
            .setSequence(9)
            .setStatus(JobStatus.QUEUED)
            .setAttempt(2)
            .setFailed(0)
            .setPending(2)
            .setHistory(
                List.of(
                    new io.fanfold.schemas.EndedAttempt(
                        1,
                        ended.getStatus(),
                        ended.getOutcome(),
                        ended.getSucceeded(),
                        ended.getFailed(),
                        ended.getCanceled(),
                        Samples.T0,
                        Samples.T0)))
            .build());

    assertThat(get("/v1/jobs/7/items").findValuesAsText("outcome"))
        .containsExactly("SUCCEEDED", "PENDING", "SUCCEEDED", "SUCCEEDED", "PENDING", "CANCELED");
    assertThat(indexes(get("/v1/jobs/7/items?outcome=failed"))).isEmpty();
    assertThat(indexes(get("/v1/jobs/7/items?outcome=failed&full=true"))).containsExactly(1, 4);
    assertThat(get("/v1/jobs/7/batches").findValuesAsText("state"))
        .containsExactly("PENDING", "COMPLETED", "PENDING");
  }

  @Test
  void batches_are_paged_with_their_states_and_counts() throws Exception {
    endedJob();
    JsonNode first = get("/v1/jobs/7/batches?limit=2");
    JsonNode second = get("/v1/jobs/7/batches?limit=2&cursor=" + first.get("nextCursor").asText());

    assertThat(first.findValuesAsText("state")).containsExactly("COMPLETED", "COMPLETED");
    assertThat(first.get("total").asInt()).isEqualTo(3);
    assertThat(first.get("batches").get(0).get("failed").asInt()).isEqualTo(1);
    assertThat(second.findValuesAsText("state")).containsExactly("FAILED");
    assertThat(second.get("batches").get(0).get("canceled").asInt()).isEqualTo(1);
    assertThat(second.get("nextCursor").isNull()).isTrue();
  }

  @Test
  void items_of_one_id_are_found_wherever_they_are_and_paged() throws Exception {
    // Every third batch of one item is called the same; 67 of them are more than a page looks for.
    views.state(ended(8, 200, Samples.T0));
    for (int batch = 0; batch < 200; batch++) {
      ItemResult result = Samples.item(batch, batch == 50 ? FailureCode.TIMEOUT : null);
      result.setCustomId(batch % 3 == 0 ? "same" : "c" + batch);
      views.chunk(Samples.chunk(8, batch, 1, result), 0);
    }

    var found = new ArrayList<Integer>();
    String cursor = "";
    do {
      JsonNode page = get("/v1/jobs/8/items?customId=same&limit=20" + cursor);
      found.addAll(indexes(page));
      cursor =
          page.get("nextCursor").isNull() ? null : "&cursor=" + page.get("nextCursor").asText();
    } while (cursor != null);

    assertThat(found).isEqualTo(IntStream.range(0, 200).filter(i -> i % 3 == 0).boxed().toList());
    assertThat(indexes(get("/v1/jobs/8/items?customId=same&offset=65"))).containsExactly(195, 198);
    assertThat(indexes(get("/v1/jobs/8/items?customId=same&from=4&to=10"))).containsExactly(6, 9);
    assertThat(indexes(get("/v1/jobs/8/items?customId=c50&outcome=failed"))).containsExactly(50);
    assertThat(indexes(get("/v1/jobs/8/items?customId=c50&outcome=succeeded"))).isEmpty();
    assertThat(indexes(get("/v1/jobs/8/items?customId=c51"))).isEmpty();
  }

  @Test
  void a_job_that_has_just_ended_is_not_short_of_an_item_that_is_not_in_the_view_yet()
      throws Exception {
    views.state(ended(8, 2, Instant.now()));
    views.chunk(Samples.chunk(8, 0, 1, Samples.item(0, null)), 0);
    assertThat(send("/v1/jobs/8/items?customId=c1").statusCode()).isEqualTo(503);

    views.chunk(Samples.chunk(8, 1, 1, Samples.item(1, null)), 0);
    assertThat(indexes(get("/v1/jobs/8/items?customId=c1"))).containsExactly(1);
  }

  @Test
  void batches_whose_counts_are_not_kept_any_more_are_counted_from_their_results()
      throws Exception {
    views.state(ended(8, 3, Instant.now().minus(Duration.ofDays(30))));
    for (int batch = 0; batch < 3; batch++) {
      ItemResult result = Samples.item(batch, batch == 1 ? FailureCode.TIMEOUT : null);
      ItemResults chunk = Samples.chunk(8, batch, 1, result);
      chunk.setBatchItems(1);
      chunk.setIsFinal(true);
      chunk.setStartedAt(Samples.T0);
      chunk.setCommittedAt(Samples.T0.plusSeconds(2));
      views.chunk(chunk, 0);
    }
    // The newest counts may be left.
    views.batch(Samples.result(8, 2, 1, Map.of(), true));

    JsonNode batches = get("/v1/jobs/8/batches");

    assertThat(batches.findValuesAsText("state"))
        .containsExactly("COMPLETED", "FAILED", "COMPLETED");
    JsonNode failed = batches.get("batches").get(1);
    assertThat(failed.get("failedByCode").get("TIMEOUT").asInt()).isEqualTo(1);
    assertThat(failed.get("durationMs").asInt()).isEqualTo(2_000);
    assertThat(indexes(get("/v1/jobs/8/items?outcome=failed"))).containsExactly(1);
    assertThat(indexes(get("/v1/jobs/8/items?outcome=succeeded"))).containsExactly(0, 2);
    assertThat(indexes(get("/v1/jobs/8/items?outcome=succeeded&limit=1"))).containsExactly(0);
  }

  @Test
  void a_terminal_job_whose_items_are_not_all_here_is_a_503() throws Exception {
    JobState job = JobStates.queued(Samples.job(7, 2, 1));
    job.setStatus(JobStatus.COMPLETED);
    job.setSucceeded(2);
    job.setPending(0);
    views.state(job);
    views.chunk(Samples.chunk(7, 0, 1, Samples.item(0, null)), 0);

    assertThat(send("/v1/jobs/7/items").statusCode()).isEqualTo(503);
    assertThat(send("/v1/jobs/7/items?outcome=succeeded").statusCode()).isEqualTo(503);
    assertThat(send("/v1/jobs/7/batches").statusCode()).isEqualTo(503);
  }

  @Test
  void a_job_that_was_deleted_is_gone_at_once_however_young() throws Exception {
    long id = new JobIds(Clock.systemUTC(), 0).next();
    views.state(JobStates.queued(Samples.job(id, 3, 2)));
    assertThat(send("/v1/jobs/" + id).statusCode()).isEqualTo(200);

    views.stateGone(id);

    assertThat(send("/v1/jobs/" + id).statusCode()).isEqualTo(404);
    assertThat(send("/v1/jobs/" + (id + 1)).statusCode()).isEqualTo(503);
  }

  @Test
  void more_clients_than_threads_wait_for_a_job_and_all_are_told() throws Exception {
    JobState job = JobStates.queued(Samples.job(7, 3, 2));
    views.state(job);
    var waiting = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < MAX_WAITERS; i++) {
      waiting.add(client.sendAsync(request("/v1/jobs/7?waitFor=terminal&timeout=60"), ofString()));
    }
    await().until(() -> changes.waiting() == MAX_WAITERS);
    HttpResponse<String> oneTooMany = send("/v1/jobs/7?waitFor=terminal");
    assertThat(oneTooMany.statusCode()).isEqualTo(503);
    assertThat(get("/v1/jobs/7").get("status").asText()).isEqualTo("QUEUED");

    views.state(JobState.newBuilder(job).setSequence(1).setStatus(JobStatus.COMPLETED).build());

    for (var answer : waiting) {
      assertThat(answer.get().body()).contains("\"status\":\"COMPLETED\"");
    }
    await().until(() -> changes.waiting() == 0);
  }

  @Test
  void who_waits_in_vain_gets_the_job_as_it_is() throws Exception {
    views.state(JobStates.queued(Samples.job(7, 3, 2)));

    JsonNode job = get("/v1/jobs/7?waitFor=terminal&timeout=0");

    assertThat(job.get("status").asText()).isEqualTo("QUEUED");
    assertThat(send("/v1/jobs/8?waitFor=terminal").statusCode()).isEqualTo(404);
  }

  @Test
  void states_come_as_events_until_the_job_has_ended() throws Exception {
    JobState job = JobStates.queued(Samples.job(7, 3, 2));
    views.state(job);
    HttpResponse<Stream<String>> events =
        client.send(request("/v1/jobs/7/events"), BodyHandlers.ofLines());
    assertThat(events.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    await().until(() -> changes.waiting() == 1);
    views.state(JobState.newBuilder(job).setSequence(1).setStatus(JobStatus.RUNNING).build());
    await().until(() -> changes.waiting() == 1);
    views.state(JobState.newBuilder(job).setSequence(2).setStatus(JobStatus.COMPLETED).build());

    List<String> lines = events.body().toList();

    assertThat(lines.get(0)).isEqualTo("event: state");
    assertThat(lines).contains("id: 0", "id: 2");
    assertThat(lines.stream().filter(line -> line.startsWith("data: ")).reduce((a, b) -> b))
        .hasValueSatisfying(last -> assertThat(last).contains("\"status\":\"COMPLETED\""));

    HttpResponse<String> again =
        client.send(
            HttpRequest.newBuilder(uri("/v1/jobs/7/events")).header("Last-Event-ID", "1").build(),
            ofString());
    assertThat(again.body()).startsWith("event: state\nid: 2\n");
  }

  @Test
  void a_job_that_waits_says_what_for() throws Exception {
    views.state(JobStates.queued(Samples.job(7, 3, 2)));
    JobState later = JobStates.queued(Samples.job(8, 3, 2));
    later.setCreatedAt(Samples.T0.plusSeconds(1));
    views.state(later);

    assertThat(get("/v1/jobs/7").get("waiting").get("reason").asText()).isEqualTo("NO_WORKER");
    assertThat(get("/v1/jobs/8").get("waiting").get("reason").asText()).isEqualTo("AHEAD");
    assertThat(get("/v1/jobs/8").get("waiting").get("jobsAhead").asInt()).isEqualTo(1);
  }

  /** Six items in batches of two: 1 and 4 failed, 5 was not run. */
  private JobState endedJob() {
    JobState job = JobStates.queued(Samples.job(7, 6, 2));
    job.setStatus(JobStatus.CANCELED);
    job.setSucceeded(3);
    job.setFailed(2);
    job.setCanceled(1);
    job.setPending(0);
    views.state(job);
    views.batch(Samples.result(7, 0, 1, Map.of("TIMEOUT", 1), true));
    views.batch(Samples.result(7, 1, 2, Map.of(), true));
    views.batch(Samples.result(7, 2, 0, Map.of("TIMEOUT", 1, "CANCELED", 1), true));
    views.chunk(
        Samples.chunk(7, 0, 1, Samples.item(1, FailureCode.TIMEOUT), Samples.item(0, null)), 0);
    views.chunk(Samples.chunk(7, 1, 1, Samples.item(2, null)), 0);
    views.chunk(Samples.chunk(7, 1, 1, Samples.item(3, null)), 1);
    views.chunk(
        Samples.chunk(
            7, 2, 1, Samples.item(4, FailureCode.TIMEOUT), Samples.item(5, FailureCode.CANCELED)),
        0);
    return job;
  }

  /** A job of batches of one item each, of which the second has failed. */
  private static JobState ended(long id, int items, Instant at) {
    JobState job = JobStates.queued(Samples.job(id, items, 1));
    job.setStatus(JobStatus.COMPLETED);
    job.setSucceeded(items - 1);
    job.setFailed(1);
    job.setPending(0);
    job.setCreatedAt(at);
    job.setStatusAt(at);
    return job;
  }

  private void assertInvalidCursor(String path) throws Exception {
    HttpResponse<String> answer = send(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(400);
    assertThat(answer.body()).as(path).contains("INVALID_CURSOR");
  }

  private static List<Long> ids(JsonNode list) {
    var ids = new ArrayList<Long>();
    list.get("jobs").forEach(job -> ids.add(job.get("id").asLong()));
    return ids;
  }

  private static List<Integer> indexes(JsonNode page) {
    var indexes = new ArrayList<Integer>();
    page.get("items").forEach(item -> indexes.add(item.get("index").asInt()));
    return indexes;
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send(path);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return Json.MAPPER.readTree(answer.body());
  }

  private HttpResponse<String> send(String path, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(uri(path)).build();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + http.port() + path);
  }

  private static HttpResponse.BodyHandler<String> ofString() {
    return BodyHandlers.ofString();
  }
}
