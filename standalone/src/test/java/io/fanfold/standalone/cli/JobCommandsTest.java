package io.fanfold.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be asked of a job while it runs and after, against a scripted server. */
final class JobCommandsTest {

  private static final String EVENTS = "text/event-stream; charset=utf-8";

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private FakeServer server;

  @BeforeEach
  void start_server() throws Exception {
    server = new FakeServer();
    environment.put("FANFOLD_URL", server.url());
    environment.put("XDG_DATA_HOME", directory.resolve("data").toString());
  }

  @AfterEach
  void stop_server() {
    server.close();
  }

  @Test
  void a_manifest_takes_the_place_of_items() throws Exception {
    server.on("POST /v1/jobs", 202, job(1, "QUEUED"));

    int code =
        run(
            "submit",
            "-f",
            "X",
            "--manifest=s3://bucket/list.jsonl",
            "--manifest-format=json_lines");

    assertThat(code).isZero();
    assertThat(submitted())
        .isEqualTo(
            json(
                """
                {"manifest":{"uri":"s3://bucket/list.jsonl","format":"JSON_LINES"},
                 "features":[{"name":"X"}]}"""));
    assertThat(out()).isEqualTo("job 42 accepted, items as in s3://bucket/list.jsonl\n");
  }

  @Test
  void a_manifest_in_a_file_is_named_by_its_uri() throws Exception {
    server.on("POST /v1/jobs", 202, job(1, "QUEUED"));
    Path list = Files.writeString(directory.resolve("list.txt"), "https://example.org/a.jpg");

    assertThat(run("submit", "-f", "X", "-m", "list.txt")).isZero();

    assertThat(submitted().path("manifest")).isEqualTo(json("{\"uri\":\"" + list.toUri() + "\"}"));
  }

  @Test
  void options_of_a_job_are_sent_as_the_api_names_them() throws Exception {
    server.on("POST /v1/jobs", 202, job(1, "QUEUED"));

    int code =
        run(
            "submit",
            "data:,a",
            "-f=X",
            "--feed-id=camera",
            "--metadata=a=1",
            "--metadata=b=x=y",
            "--priority=-5",
            "--ttl=3600",
            "--deadline=2026-02-03T04:05:06+01:00",
            "--output-uri=s3://bucket/out/");

    assertThat(code).isZero();
    assertThat(submitted())
        .isEqualTo(
            json(
                """
                {"items":[{"uri":"data:,a"}],"features":[{"name":"X"}],"feedId":"camera",
                 "metadata":{"a":"1","b":"x=y"},"priority":-5,
                 "deadline":"2026-02-03T03:05:06Z","ttlSeconds":3600,
                 "outputUri":"s3://bucket/out/"}"""));
  }

  @Test
  void with_an_idempotency_key_a_submission_is_sent_until_it_is_taken() {
    server
        .on("POST /v1/jobs", 503, "{\"title\":\"Not able to answer right now\"}")
        .on("POST /v1/jobs", 202, Map.of("Idempotency-Replayed", "true"), job(1, "RUNNING"));

    assertThat(run("submit", "data:,a", "-f", "X", "--idempotency-key", "k1")).isZero();

    assertThat(server.requests())
        .hasSize(2)
        .allSatisfy(request -> assertThat(request.idempotencyKey()).isEqualTo("k1"));
    assertThat(out()).isEqualTo("job 42 was accepted before under this key\n");
  }

  @Test
  void without_a_key_a_submission_is_sent_once() {
    server.on("POST /v1/jobs", 503, "{\"title\":\"Not able to answer right now\"}");
    assertThat(run("submit", "data:,a", "-f", "X")).isEqualTo(1);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "cancel, POST /v1/jobs/42/cancel, job 42 is to be canceled",
    "delete, DELETE /v1/jobs/42, job 42 is to be deleted",
    "retry,  POST /v1/jobs/42/retry, job 42: 1 failed items are to be run again"
  })
  void commands_are_sent_once_and_answered_in_a_line(String command, String request, String line) {
    server.on(request, 202, job(1, "RUNNING"));
    assertThat(run(command, "42", "--project", "blue")).isZero();
    assertThat(out()).isEqualTo(line + "\n");
    assertThat(server.requests())
        .singleElement()
        .satisfies(sent -> assertThat(sent.project()).isEqualTo("blue"));
  }

  @Test
  void a_command_may_be_answered_without_a_body() {
    server.on("DELETE /v1/jobs/42", 202, "");
    assertThat(run("delete", "42")).isZero();
    assertThat(run("delete", "42", "--json")).isZero();
    assertThat(out()).isEqualTo("job 42 is to be deleted\n{}\n");
  }

  @Test
  void canceling_what_has_ended_says_so() {
    server.on("POST /v1/jobs/42/cancel", 202, job(9, "COMPLETED"));
    assertThat(run("cancel", "42")).isZero();
    assertThat(out()).isEqualTo("job 42 had ended: COMPLETED, PARTIAL\n");
  }

  @Test
  void a_command_the_server_refuses_is_one() {
    server.on(
        "POST /v1/jobs/42/retry",
        409,
        "{\"title\":\"Conflict\",\"status\":409,\"code\":\"JOB_NOT_ENDED\",\"detail\":\"still runs\"}");
    assertThat(run("retry", "42", "--json")).isEqualTo(1);
    assertThat(out()).contains("JOB_NOT_ENDED").hasLineCount(1);
    assertThat(err()).isEqualTo("fanfold: still runs\n");
  }

  @Test
  void jobs_are_filtered_and_the_next_page_keeps_the_filters() {
    server.on(
        "GET /v1/jobs?limit=2&offset=0&status=RUNNING&name=two%20words&tag=a%26b"
            + "&createdAfter=2026-01-31T00%3A00%3A00Z&metadata.camera=7%20b",
        200,
        "{\"jobs\":["
            + job(1, "RUNNING")
            + "],\"total\":null,\"hasMore\":true,\"nextCursor\":\"c-2\"}");

    int code =
        run(
            "jobs",
            "--limit=2",
            "--status=running",
            "--name=two words",
            "--tag=a&b",
            "--created-after=2026-01-31",
            "--metadata=camera=7 b");

    assertThat(code).isZero();
    assertThat(out().lines()).hasSize(2);
    assertThat(err())
        .isEqualTo(
            "more: fanfold jobs --status RUNNING --name 'two words' --tag 'a&b'"
                + " --created-after 2026-01-31T00:00:00Z --metadata 'camera=7 b' --cursor c-2\n");
  }

  @Test
  void a_page_by_cursor_names_no_offset() {
    server.on("GET /v1/jobs?limit=100&cursor=c-2&customId=x&feedId=f", 200, "{\"jobs\":[]}");
    assertThat(run("jobs", "--cursor", "c-2", "--feed-id", "f", "--custom-id", "x")).isZero();
    assertThat(err()).isEqualTo("no such jobs\n");
  }

  @Test
  void items_are_filtered_and_an_empty_page_may_have_a_next_one() {
    server.on(
        "GET /v1/jobs/42/items?limit=100&offset=0&outcome=canceled&batch=3&customId=c&from=10&to=20",
        200,
        "{\"items\":[],\"total\":null,\"hasMore\":true,\"nextCursor\":\"n\"}");
    int code =
        run(
            "items",
            "42",
            "--outcome=canceled",
            "--batch=3",
            "--custom-id=c",
            "--from=10",
            "--to=20");
    assertThat(code).isZero();
    assertThat(err().lines())
        .containsExactly(
            "no such items",
            "more: fanfold items 42 --outcome canceled --batch 3 --custom-id c --from 10 --to 20"
                + " --cursor n");
  }

  @Test
  void batches_are_a_table() {
    server.on(
        "GET /v1/jobs/42/batches?limit=2",
        200,
        """
        {"batches":[
          {"index":0,"attempt":1,"state":"COMPLETED","items":100,"succeeded":99,"failed":1,
           "canceled":0,"startedAt":"2026-01-02T03:04:05.678Z","durationMs":1234},
          {"index":1,"attempt":1,"state":"PENDING","items":50,"succeeded":0,"failed":0,
           "canceled":0,"startedAt":null,"durationMs":null}],
         "total":3,"hasMore":true,"nextCursor":"n"}""");
    assertThat(run("batches", "42", "--limit", "2")).isZero();
    assertThat(out().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "BATCH ATTEMPT STATE ITEMS SUCCEEDED FAILED CANCELED STARTED TOOK",
            "0 1 COMPLETED 100 99 1 0 2026-01-02T03:04:05Z 1.2 s",
            "1 1 PENDING 50 0 0 0");
    assertThat(err()).isEqualTo("more: fanfold batches 42 --cursor n\n");
  }

  @Test
  void artifacts_are_listed() {
    server.on(
        "GET /v1/jobs/42/artifacts",
        200,
        """
        {"artifacts":[{"name":"results.jsonl","mediaType":"application/jsonl","bytes":12,
                       "uri":null}]}""");
    assertThat(run("artifacts", "42")).isZero();
    assertThat(out()).isEqualTo("results.jsonl             application/jsonl  12\n");
  }

  @Test
  void an_artifact_is_fetched_byte_for_byte() throws Exception {
    server.on("GET /v1/jobs/42/artifacts/results.jsonl", 200, "{\"a\":\"\u001b ü\"}\n");
    assertThat(run("artifacts", "42", "results.jsonl")).isZero();
    assertThat(out()).isEqualTo("{\"a\":\"\u001b ü\"}\n");

    assertThat(run("artifacts", "42", "results.jsonl", "-o", "found.jsonl")).isZero();
    assertThat(directory.resolve("found.jsonl")).hasContent("{\"a\":\"\u001b ü\"}");
    assertThat(err()).contains("13 bytes in found.jsonl");
  }

  @Test
  void a_refused_artifact_leaves_no_file() throws Exception {
    server.on(
        "GET /v1/jobs/42/artifacts/results.jsonl",
        404,
        "{\"title\":\"Not found\",\"status\":404,\"detail\":\"There is no job 42\"}");
    assertThat(run("artifacts", "42", "results.jsonl", "-o", "found.jsonl")).isEqualTo(1);
    assertThat(err()).isEqualTo("fanfold: There is no job 42\n");
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void watching_follows_the_servers_events() {
    server.on(
        "GET /v1/jobs/42/events",
        200,
        Map.of("Content-Type", EVENTS),
        event(1, "QUEUED") + ": nothing new\n\n" + event(2, "RUNNING") + event(3, "COMPLETED"));
    assertThat(run("job", "42", "--watch")).isZero();
    assertThat(err().lines()).anyMatch(line -> line.startsWith("RUNNING"));
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void watching_goes_on_where_the_events_broke_off() {
    server
        .on(
            "GET /v1/jobs/42/events",
            200,
            Map.of("Content-Type", EVENTS),
            event(1, "QUEUED") + event(2, "RUNNING"))
        .on("GET /v1/jobs/42/events", 200, Map.of("Content-Type", EVENTS), event(3, "FAILED"));
    assertThat(run("job", "42", "--watch")).isEqualTo(1);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void watching_asks_again_when_events_say_nothing_more() {
    server
        .on("GET /v1/jobs/42/events", 200, Map.of("Content-Type", EVENTS), event(2, "RUNNING"))
        .on(
            "GET /v1/jobs/42/events",
            200,
            Map.of("Content-Type", EVENTS),
            "event: x\ndata: {oops\n\n")
        .on("GET /v1/jobs/42", 200, job(3, "COMPLETED"));
    assertThat(run("job", "42", "--watch")).isZero();
  }

  @Test
  void watching_a_job_that_is_deleted_is_a_failure() {
    server
        .on(
            "GET /v1/jobs/42/events",
            200,
            Map.of("Content-Type", EVENTS),
            event(1, "RUNNING") + "event: deleted\ndata: {}\n\n")
        .on(
            "GET /v1/jobs/42",
            404,
            "{\"title\":\"Not found\",\"status\":404,\"detail\":\"There is no job 42\"}");
    assertThat(run("job", "42", "--watch")).isEqualTo(1);
    assertThat(err()).contains("fanfold: There is no job 42");
  }

  private int run(String... args) {
    return Fanfold.run(new Terminal(print(out), print(err), false, environment, directory), args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode submitted() throws Exception {
    var requests = server.requests();
    return json(requests.get(requests.size() - 1).body());
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String event(int sequence, String status) {
    return "event: state\nid: %d\ndata: %s\n\n".formatted(sequence, job(sequence, status));
  }

  private static String job(int sequence, String status) {
    return """
        {"id":42,"status":"%s","outcome":"%s","sequence":%d,"progress":0.5,\
        "counts":{"total":10,"succeeded":4,"failed":1,"canceled":0,"pending":5},\
        "features":[],"createdAt":"2026-01-02T03:04:05.678Z"}"""
        .formatted(status, status.equals("COMPLETED") ? "PARTIAL" : "NONE", sequence);
  }
}
