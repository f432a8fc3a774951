package io.fanfold.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints and deliveries from the command line, against a scripted server. */
final class WebhookCommandsTest {

  private static final String SECRET = "whsec_" + "A".repeat(32);
  private static final String ENDPOINTS = "/v1/webhooks/endpoints";

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
  void a_new_endpoint_prints_its_secret_and_nothing_else_as_the_result() throws Exception {
    server.on("POST " + ENDPOINTS, 201, endpoint(true));

    int code =
        run(
            "webhooks",
            "create",
            "https://a.example/hook",
            "--events=job.completed,job.failed",
            "--payload=full",
            "--ordered",
            "--max-per-second=5",
            "-H=X-Team=blue",
            "--project=p");

    assertThat(code).isZero();
    assertThat(out()).isEqualTo(SECRET + "\n");
    assertThat(err()).contains("ep_1");
    assertThat(server.requests().get(0).project()).isEqualTo("p");
    assertThat(sent())
        .isEqualTo(
            json(
                """
                {"url":"https://a.example/hook","events":["job.completed","job.failed"],
                 "payload":"FULL","ordered":true,"maxPerSecond":5.0,
                 "headers":{"X-Team":"blue"}}"""));
  }

  @Test
  void endpoints_are_listed_and_shown() {
    server
        .on("GET " + ENDPOINTS, 200, "{\"endpoints\":[" + endpoint(false) + "],\"total\":1}")
        .on("GET " + ENDPOINTS + "/ep_1", 200, endpoint(false));

    assertThat(run("webhooks", "list")).isZero();
    assertThat(out()).startsWith("ep_1 ").contains("enabled", "https://a.example/hook");
    assertThat(run("webhooks", "show", "ep_1")).isZero();
    assertThat(out()).contains("key          key_1, v1");
  }

  @Test
  void an_update_sends_what_is_named_and_nothing_else() throws Exception {
    server.on("PATCH " + ENDPOINTS + "/ep_1", 200, endpoint(false));

    assertThat(run("webhooks", "update", "ep_1", "--no-enabled", "--remove-header=X-Team"))
        .isZero();
    assertThat(sent()).isEqualTo(json("{\"enabled\":false,\"headers\":{\"X-Team\":null}}"));
    assertThat(run("webhooks", "update", "ep_1")).isEqualTo(2);
  }

  @Test
  void a_rotation_prints_the_new_secret() throws Exception {
    server.on("POST " + ENDPOINTS + "/ep_1/secret/rotate", 200, endpoint(true));

    assertThat(run("webhooks", "rotate", "ep_1", "--overlap=60")).isZero();

    assertThat(out()).isEqualTo(SECRET + "\n");
    assertThat(sent()).isEqualTo(json("{\"overlapSeconds\":60}"));
  }

  @Test
  void what_is_refused_is_told_with_its_reason() {
    server.on(
        "DELETE " + ENDPOINTS + "/ep_2",
        404,
        "{\"title\":\"Not found\",\"status\":404,\"detail\":\"There is no endpoint ep_2\"}");

    assertThat(run("webhooks", "delete", "ep_2")).isEqualTo(1);
    assertThat(err()).contains("fanfold: There is no endpoint ep_2");
    assertThat(run("webhooks")).isEqualTo(2);
  }

  @Test
  void attempts_are_listed_and_how_to_go_on_is_said() {
    server
        .on(
            "GET "
                + ENDPOINTS
                + "/ep_1/attempts?limit=1&outcome=GIVEN_UP&since=2026-01-31T00%3A00%3A00Z",
            200,
            "{\"attempts\":[" + attempt() + "],\"hasMore\":true,\"nextCursor\":\"abc\"}")
        .on(
            "GET /v1/jobs/7/webhook-attempts?limit=100",
            200,
            "{\"attempts\":[],\"hasMore\":false,\"nextCursor\":null}");

    assertThat(
            run(
                "webhooks",
                "attempts",
                "ep_1",
                "--outcome=given_up",
                "--since=2026-01-31",
                "--limit=1"))
        .isZero();
    assertThat(out()).contains("evt_1", "job.completed", "#3", "GIVEN_UP", "500  12 ms");
    assertThat(err()).contains("webhooks attempts ep_1 --outcome GIVEN_UP", "--cursor abc");
    assertThat(run("webhooks", "attempts", "--job=7")).isZero();
    assertThat(err()).contains("no attempts");
    assertThat(run("webhooks", "attempts")).isEqualTo(2);
  }

  @Test
  void events_are_shown_posted_again_recovered_and_canceled() throws Exception {
    server
        .on(
            "GET /v1/webhooks/events/evt_1",
            200,
            """
            {"id":"evt_1","type":"job.completed","jobId":7,"deliveries":[
              {"target":"ep_1","url":"https://a.example/","state":"GIVEN_UP","attempts":3}],
             "attempts":[%s]}"""
                .formatted(attempt()))
        .on("POST /v1/webhooks/events/evt_1/replay", 202, "{\"eventId\":\"evt_1\"}")
        .on("POST /v1/webhooks/events/evt_1/cancel", 202, "{\"eventId\":\"evt_1\"}")
        .on("POST " + ENDPOINTS + "/ep_1/recover", 202, "{\"endpointId\":\"ep_1\"}")
        .on("POST " + ENDPOINTS + "/ep_1/cancel", 202, "{\"endpointId\":\"ep_1\"}")
        .on("POST " + ENDPOINTS + "/ep_1/test", 202, "{\"eventId\":\"evt_2\"}");

    assertThat(run("webhooks", "event", "evt_1")).isZero();
    assertThat(out()).contains("evt_1  job.completed  job 7", "GIVEN_UP", "3 attempts");
    assertThat(run("webhooks", "replay", "evt_1", "--endpoint=ep_1")).isZero();
    assertThat(sent()).isEqualTo(json("{\"endpointId\":\"ep_1\"}"));
    assertThat(run("webhooks", "recover", "ep_1", "--since=2026-01-31")).isZero();
    assertThat(sent()).isEqualTo(json("{\"since\":\"2026-01-31T00:00:00Z\"}"));
    assertThat(run("webhooks", "cancel", "evt_1")).isZero();
    assertThat(run("webhooks", "cancel", "ep_1")).isZero();
    assertThat(run("webhooks", "test", "ep_1", "--json")).isZero();
    assertThat(out()).endsWith("{\"eventId\":\"evt_2\"}\n");
    assertThat(server.requests())
        .extracting(FakeServer.Request::path)
        .containsSubsequence("/v1/webhooks/events/evt_1/cancel", ENDPOINTS + "/ep_1/cancel");
  }

  @Test
  void listen_registers_verifies_prints_forwards_and_removes_its_endpoint() throws Exception {
    server
        .on("POST " + ENDPOINTS, 201, endpoint(true))
        .on("DELETE " + ENDPOINTS + "/ep_1", 200, "{}")
        .on("POST /app", 201, "{}");
    var listening =
        CompletableFuture.supplyAsync(
            () -> run("listen", "--count=1", "--forward", server.url() + "/app"));
    await(() -> !server.requests().isEmpty());
    String url = json(server.requests().get(0).body()).path("url").asText();
    assertThat(url).startsWith("http://127.0.0.1:");

    String body = "{\"type\":\"job.completed\",\"timestamp\":\"t\",\"data\":{\"jobId\":7}}";
    assertThat(post(url, SECRET, body)).isEqualTo(201);

    assertThat(listening.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(out()).contains("job.completed", "job 7", "verified", "evt_1", "-> 201");
    assertThat(server.requests())
        .extracting(request -> request.method() + " " + request.path())
        .containsExactly("POST " + ENDPOINTS, "POST /app", "DELETE " + ENDPOINTS + "/ep_1");
    assertThat(server.requests().get(1).body()).isEqualTo(body);
  }

  @Test
  void what_listen_cannot_verify_is_refused_and_not_forwarded() throws Exception {
    server
        .on("POST " + ENDPOINTS, 201, endpoint(true))
        .on("DELETE " + ENDPOINTS + "/ep_1", 200, "{}");
    var listening = CompletableFuture.supplyAsync(() -> run("listen", "--count=1", "--json"));
    await(() -> !server.requests().isEmpty());
    String url = json(server.requests().get(0).body()).path("url").asText();

    assertThat(post(url, "whsec_" + "B".repeat(32), "{}")).isEqualTo(401);

    assertThat(listening.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(json(out()).path("verified").asBoolean(true)).isFalse();
  }

  private static int post(String url, String secret, String body) throws Exception {
    long now = Instant.now().getEpochSecond();
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("webhook-id", "evt_1")
            .header("webhook-timestamp", Long.toString(now))
            .header("webhook-signature", new Webhook(secret).sign("evt_1", now, body))
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not become so");
      }
      Thread.onSpinWait();
    }
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

  private JsonNode sent() throws Exception {
    List<FakeServer.Request> requests = server.requests();
    return json(requests.get(requests.size() - 1).body());
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String endpoint(boolean withSecret) {
    return """
        {"id":"ep_1","version":1,"url":"https://a.example/hook","description":null,"events":[],\
        "payload":"THIN","ordered":false,"enabled":true,"disabledReason":null,"headerNames":[],\
        "keys":[{"id":"key_1","signature":"v1","publicKey":null,"expiresAt":null}]%s}"""
        .formatted(withSecret ? ",\"secret\":\"" + SECRET + "\"" : "");
  }

  private static String attempt() {
    return """
        {"eventId":"evt_1","eventType":"job.completed","attempt":3,"outcome":"GIVEN_UP",\
        "startedAt":"2026-01-31T12:00:00Z","durationMs":12.4,"responseStatus":500,\
        "nextAttemptAt":null}""";
  }
}
