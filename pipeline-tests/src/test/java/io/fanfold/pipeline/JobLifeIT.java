package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.Pipeline;
import io.fanfold.standalone.PipelineOptions;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person may ask of a job, from manifest to deletion, all services in this JVM. */
final class JobLifeIT {

  private static final Duration END = Duration.ofSeconds(30);

  @TempDir static Path files;

  private static DataDirectory directory;
  private static Pipeline pipeline;
  private static FanfoldHttp http;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.ephemeral();
    pipeline =
        new Pipeline(
            directory,
            PipelineOptions.onFreePorts(List.of(files)).withOverrides(Map.of("split.window", "4")));
    pipeline.start();
    http = new FanfoldHttp(pipeline.addresses().http());
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    directory.close();
  }

  @Test
  void a_manifest_names_the_items_and_its_bad_lines_are_failures_with_line_numbers()
      throws Exception {
    var lines = new ArrayList<String>();
    for (int i = 0; i < 230; i++) {
      lines.add("{\"uri\": \"data:text/plain,line%d\", \"customId\": \"c%d\"}".formatted(i, i));
    }
    lines.set(17, "{\"uri\": ");
    lines.set(100, "{\"uri\": \"data:text/plain,line0\", \"customId\": \"c0\"}");
    long id = submit(manifest("list.jsonl", lines).put("batchSize", 20));

    JsonNode job = http.awaitEnd(id, END);

    assertThat(job.get("status").asText()).isEqualTo("COMPLETED");
    assertThat(job.get("counts").get("total").asInt()).isEqualTo(230);
    assertThat(job.get("counts").get("succeeded").asInt()).isEqualTo(229);
    assertThat(job.get("counts").get("failedByCode").get("INVALID_ITEM").asInt()).isEqualTo(1);
    assertThat(job.get("splitting").get("complete").asBoolean()).isTrue();
    JsonNode failed = http.items(id, "?outcome=failed").get("items");
    assertThat(failed).hasSize(1);
    assertThat(failed.get(0).get("index").asInt()).isEqualTo(17);
    assertThat(failed.get(0).get("line").asInt()).isEqualTo(18);
    JsonNode page = http.items(id, "?limit=1000").get("items");
    assertThat(page.get(100).get("customId").asText()).isEqualTo("c0");
    assertThat(page.get(229).get("predictions").get(0).get("text").asText()).isEqualTo("line229");
  }

  @Test
  void a_manifest_that_is_not_there_fails_its_job_with_a_reason() {
    ObjectNode body = FanfoldHttp.echo();
    body.remove("items");
    body.putObject("manifest").put("uri", files.resolve("nowhere.jsonl").toUri().toString());

    JsonNode job = http.awaitEnd(submit(body), END);

    assertThat(job.get("status").asText()).isEqualTo("FAILED");
    assertThat(job.get("failure").get("code").asText()).isEqualTo("MANIFEST_NOT_FOUND");
  }

  @Test
  void cancel_keeps_what_is_done_and_runs_nothing_more() {
    long id = submit(slow(400, 150).put("batchSize", 10));
    await().atMost(END).until(() -> http.job(id).get("counts").get("succeeded").asInt() > 0);

    HttpResponse<String> answer = http.post("/v1/jobs/" + id + "/cancel", "text/plain", empty());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode job = http.awaitEnd(id, END);
    assertThat(job.get("status").asText()).isEqualTo("CANCELED");
    JsonNode counts = job.get("counts");
    assertThat(counts.get("pending").asInt()).isZero();
    assertThat(counts.get("canceled").asInt()).isPositive();
    assertThat(counts.get("succeeded").asInt()).isPositive();
    assertThat(counts.get("succeeded").asInt() + counts.get("canceled").asInt()).isEqualTo(400);
    JsonNode items = http.items(id, "?limit=1000").get("items");
    assertThat(items.findValuesAsText("outcome")).doesNotContain("PENDING");
    assertThat(http.items(id, "?outcome=succeeded&limit=1000").get("items"))
        .hasSize(counts.get("succeeded").asInt());
    // And once more is no other answer.
    http.post("/v1/jobs/" + id + "/cancel", "text/plain", empty());
    assertThat(http.job(id).get("status").asText()).isEqualTo("CANCELED");
  }

  @Test
  void a_deadline_ends_a_job_as_expired_with_the_results_it_has() {
    ObjectNode body = slow(400, 150).put("batchSize", 10);
    body.put("deadline", Instant.now().plusSeconds(2).toString());

    JsonNode job = http.awaitEnd(submit(body), END);

    assertThat(job.get("status").asText()).isEqualTo("EXPIRED");
    assertThat(job.get("counts").get("canceled").asInt()).isPositive();
    assertThat(job.get("counts").get("pending").asInt()).isZero();
  }

  @Test
  void retry_runs_the_failed_items_again_and_keeps_the_history() {
    String tag = "heals-" + System.nanoTime();
    long id = submit(FanfoldHttp.echo("good", tag + "a", "bad", tag + "b").put("batchSize", 2));
    JsonNode first = http.awaitEnd(id, END);
    assertThat(first.get("counts").get("failed").asInt()).isEqualTo(3);

    HttpResponse<String> answer = http.post("/v1/jobs/" + id + "/retry", "text/plain", empty());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    await()
        .atMost(END)
        .until(
            () ->
                http.job(id).get("attempt").asInt() == 2
                    && FanfoldHttp.TERMINAL.contains(http.job(id).get("status").asText()));
    JsonNode second = http.job(id);
    assertThat(second.get("counts").get("succeeded").asInt()).isEqualTo(3);
    assertThat(second.get("counts").get("failed").asInt()).isEqualTo(1);
    assertThat(second.get("history")).hasSize(1);
    assertThat(second.get("history").get(0).get("failed").asInt()).isEqualTo(3);
    assertThat(second.get("sequence").asInt()).isGreaterThan(first.get("sequence").asInt());
    JsonNode items = http.items(id, "").get("items");
    assertThat(items.findValuesAsText("outcome"))
        .containsExactly("SUCCEEDED", "SUCCEEDED", "FAILED", "SUCCEEDED");
    assertThat(http.items(id, "?outcome=failed").get("items")).hasSize(1);
  }

  @Test
  void a_deleted_job_is_gone_with_its_items_and_from_lists() {
    long id = submit(FanfoldHttp.echo("one", "two").put("tag", "to-delete"));
    http.awaitEnd(id, END);

    HttpResponse<String> answer = http.delete("/v1/jobs/" + id);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    await().atMost(END).until(() -> http.get("/v1/jobs/" + id).statusCode() == 404);
    assertThat(http.get("/v1/jobs/" + id + "/items").statusCode()).isEqualTo(404);
    assertThat(FanfoldHttp.json(http.get("/v1/jobs?tag=to-delete")).get("jobs")).isEmpty();
  }

  @Test
  void a_job_with_a_ttl_removes_itself() {
    long id = submit(FanfoldHttp.echo("one").put("ttlSeconds", 1));
    http.awaitEnd(id, END);

    await().atMost(END).until(() -> http.get("/v1/jobs/" + id).statusCode() == 404);
  }

  @Test
  void the_same_key_and_content_is_the_same_job_and_other_content_is_refused() throws Exception {
    String key = "order-" + System.nanoTime();
    byte[] body = FanfoldHttp.JSON.writeValueAsBytes(FanfoldHttp.echo("one"));
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> answer =
          http.post("/v1/jobs", "application/json", body, "Idempotency-Key", key);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      ids.add(FanfoldHttp.JSON.readTree(answer.body()).get("id").asLong());
    }
    assertThat(ids).hasSize(1);
    http.awaitEnd(ids.iterator().next(), END);

    byte[] other = FanfoldHttp.JSON.writeValueAsBytes(FanfoldHttp.echo("one").put("name", "n"));
    HttpResponse<String> conflict =
        http.post("/v1/jobs", "application/json", other, "Idempotency-Key", key);
    assertThat(conflict.statusCode()).isEqualTo(409);
    assertThat(FanfoldHttp.JSON.readTree(conflict.body()).get("code").asText())
        .isEqualTo("IDEMPOTENCY_CONFLICT");
    assertThat(conflict.body()).contains("name");
    HttpResponse<String> elsewhere =
        http.post(
            "/v1/jobs",
            "application/json",
            body,
            "Idempotency-Key",
            key,
            "Fanfold-Project",
            "another");
    assertThat(FanfoldHttp.JSON.readTree(elsewhere.body()).get("id").asLong()).isNotIn(ids);
  }

  @Test
  void a_small_job_does_not_wait_for_a_huge_one_that_came_before() {
    long huge = submit(slow(2_000, 20).put("batchSize", 10));
    await().atMost(END).until(() -> http.job(huge).get("counts").get("succeeded").asInt() > 0);

    long small = submit(FanfoldHttp.echo("one", "two"));

    http.awaitEnd(small, END);
    assertThat(http.job(huge).get("counts").get("pending").asInt()).isPositive();
    http.post("/v1/jobs/" + huge + "/cancel", "text/plain", empty());
    assertThat(http.awaitEnd(huge, END).get("status").asText()).isEqualTo("CANCELED");
  }

  @Test
  void jobs_are_found_by_what_they_were_given_and_paged_by_cursor() {
    String tag = "t" + System.nanoTime();
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ObjectNode body = FanfoldHttp.echo("one").put("tag", tag).put("customId", tag + (i % 2));
      body.putObject("metadata").put("camera", "cam" + (i % 3));
      ids.add(submit(body));
    }
    ids.forEach(id -> http.awaitEnd(id, END));

    var found = new ArrayList<Long>();
    String cursor = "";
    do {
      JsonNode page = FanfoldHttp.json(http.get("/v1/jobs?limit=3&tag=" + tag + cursor));
      page.get("jobs").forEach(job -> found.add(job.get("id").asLong()));
      cursor =
          page.get("nextCursor").isNull() ? null : "&cursor=" + page.get("nextCursor").asText();
    } while (cursor != null);
    List<Long> newestFirst =
        IntStream.range(0, 7).mapToObj(i -> ids.get(6 - i)).collect(Collectors.toList());
    assertThat(found).isEqualTo(newestFirst);
    assertThat(FanfoldHttp.json(http.get("/v1/jobs?customId=" + tag + "1")).get("jobs")).hasSize(3);
    assertThat(
            FanfoldHttp.json(
                    http.get("/v1/jobs?tag=" + tag + "&metadata.camera=cam0&status=COMPLETED"))
                .get("jobs"))
        .hasSize(3);
    assertThat(http.get("/v1/jobs?tag=" + tag + "&cursor=bm9uc2Vuc2U").statusCode()).isEqualTo(400);
  }

  @Test
  void a_waiting_lookup_answers_when_the_job_has_ended() {
    long id = submit(slow(4, 200));

    JsonNode job = FanfoldHttp.json(http.get("/v1/jobs/" + id + "?waitFor=terminal&timeout=20"));

    assertThat(job.get("status").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void events_of_a_job_come_in_order_and_end_with_it() throws Exception {
    long id = submit(slow(6, 200).put("batchSize", 2));

    String events = http.get("/v1/jobs/" + id + "/events").body();

    var sequences =
        events.lines().filter(line -> line.startsWith("id:")).map(line -> line.substring(3).trim());
    assertThat(sequences.map(Long::parseLong).toList()).isSorted().isNotEmpty();
    String last =
        events.lines().filter(line -> line.startsWith("data:")).reduce((a, b) -> b).orElseThrow();
    assertThat(FanfoldHttp.JSON.readTree(last.substring(5)).get("status").asText())
        .isEqualTo("COMPLETED");
  }

  @Test
  void batches_of_a_job_show_their_own_state() {
    long id = submit(FanfoldHttp.echo("one", "bad", "two").put("batchSize", 2));
    http.awaitEnd(id, END);

    JsonNode batches = FanfoldHttp.json(http.get("/v1/jobs/" + id + "/batches")).get("batches");

    assertThat(batches).hasSize(2);
    assertThat(batches.get(0).get("index").asInt()).isZero();
    assertThat(batches.get(0).get("state").asText()).isEqualTo("COMPLETED");
    assertThat(batches.get(0).get("failed").asInt()).isEqualTo(1);
  }

  @Test
  void artifacts_of_an_ended_job_are_listed_and_read() throws Exception {
    long id = submit(FanfoldHttp.echo("one", "bad", "two"));
    http.awaitEnd(id, END);

    JsonNode list = FanfoldHttp.json(http.get("/v1/jobs/" + id + "/artifacts")).get("artifacts");

    assertThat(list.findValuesAsText("name")).contains("results.jsonl", "failures.jsonl");
    HttpResponse<String> results = http.get("/v1/jobs/" + id + "/artifacts/results.jsonl");
    assertThat(results.body().lines()).hasSize(2);
    assertThat(http.get("/v1/jobs/" + id + "/artifacts/failures.jsonl").body().lines()).hasSize(1);
  }

  private static long submit(ObjectNode body) {
    return http.submit(body).get("id").asLong();
  }

  private static ObjectNode slow(int items, int delayMs) {
    ObjectNode body =
        FanfoldHttp.echo(
            IntStream.range(0, items).mapToObj(i -> "slow" + i).toArray(String[]::new));
    ((ObjectNode) body.get("features").get(0)).putObject("parameters").put("delayMs", delayMs);
    return body;
  }

  private static ObjectNode manifest(String name, List<String> lines) throws Exception {
    Path file = files.resolve(name);
    Files.write(file, lines, StandardCharsets.UTF_8);
    ObjectNode body = FanfoldHttp.echo();
    body.remove("items");
    body.putObject("manifest").put("uri", file.toUri().toString());
    return body;
  }

  private static byte[] empty() {
    return new byte[0];
  }
}
