package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.Pipeline;
import io.fanfold.standalone.PipelineOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A project's endpoints as their owner uses them, all services in this JVM. */
final class WebhookEndpointsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ENDPOINTS = "/v1/webhooks/endpoints";

  private static DataDirectory directory;
  private static Pipeline pipeline;
  private static FanfoldHttp http;

  private final List<Receiver> receivers = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.ephemeral();
    pipeline =
        new Pipeline(
            directory,
            PipelineOptions.onFreePorts(List.of())
                .withOverrides(
                    Map.of(
                        "webhook.allow.http", "true",
                        "webhook.ports", "*",
                        "webhook.allowed.cidrs", "127.0.0.0/8",
                        "webhook.retry.delays", "PT0.2S,PT0.2S",
                        "webhook.breaker.failures", "0")));
    pipeline.start();
    http = new FanfoldHttp(pipeline.addresses().http());
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    directory.close();
  }

  @AfterEach
  void stopReceivers() {
    receivers.forEach(Receiver::close);
  }

  @Test
  void an_endpoint_hears_of_every_job_and_can_have_an_event_again() throws Exception {
    Receiver receiver = receiver();
    JsonNode endpoint = create(receiver, "heard", "{}");
    long job = run("heard");

    await().atMost(PATIENCE).until(() -> receiver.types().contains("job.completed"));
    assertThat(receiver.types()).contains("job.queued");
    Request completed = receiver.ofType("job.completed").get(0);
    new Webhook(endpoint.get("secret").asText()).verify(completed.body(), completed.headers());
    JsonNode body = FanfoldHttp.JSON.readTree(completed.body());
    assertThat(body.at("/data/jobId").asLong()).isEqualTo(job);
    assertThat(body.get("sequence").asLong()).isPositive();

    String event = "/v1/webhooks/events/" + completed.id();
    await()
        .atMost(PATIENCE)
        .until(() -> get(event, "heard").at("/deliveries/0/state").asText(), "DELIVERED"::equals);
    assertThat(post(event + "/replay", "heard", "{}").statusCode()).isEqualTo(202);

    await().atMost(PATIENCE).until(() -> receiver.ofType("job.completed").size() == 2);
    Request again = receiver.ofType("job.completed").get(1);
    assertThat(again.id()).isEqualTo(completed.id());
    assertThat(again.body()).isEqualTo(completed.body());
    await().atMost(PATIENCE).until(() -> get(event, "heard").get("attempts").size() == 2);
    assertThat(http.get(event, "Fanfold-Project", "another").statusCode()).isEqualTo(404);
    String ofJob = "/v1/jobs/" + job + "/webhook-attempts";
    assertThat(get(ofJob, "heard").get("attempts").size()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void a_secret_is_rotated_without_a_delivery_that_the_old_or_the_new_one_refuses()
      throws Exception {
    Receiver receiver = receiver();
    JsonNode endpoint = create(receiver, "rotated", "{\"events\":[\"job.completed\"]}");
    var before = new Webhook(endpoint.get("secret").asText());
    String path = ENDPOINTS + "/" + endpoint.get("id").asText();
    run("rotated");
    await().atMost(PATIENCE).until(() -> receiver.requests.size() == 1);

    HttpResponse<String> rotated = post(path + "/secret/rotate", "rotated", "{}");
    assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
    var after = new Webhook(FanfoldHttp.json(rotated).get("secret").asText());
    run("rotated");
    await().atMost(PATIENCE).until(() -> receiver.requests.size() == 2);

    before.verify(receiver.requests.get(0).body(), receiver.requests.get(0).headers());
    before.verify(receiver.requests.get(1).body(), receiver.requests.get(1).headers());
    after.verify(receiver.requests.get(1).body(), receiver.requests.get(1).headers());
    Request old = receiver.requests.get(0);
    assertThatThrownBy(() -> after.verify(old.body(), old.headers())).isNotNull();
  }

  @Test
  void what_was_given_up_is_recovered_and_nothing_else() {
    Receiver receiver = receiver();
    JsonNode endpoint = create(receiver, "recovered", "{\"events\":[\"job.completed\"]}");
    String path = ENDPOINTS + "/" + endpoint.get("id").asText();
    run("recovered");
    await().atMost(PATIENCE).until(() -> receiver.requests.size() == 1);
    Instant since = Instant.now();
    receiver.status = 500;
    run("recovered");
    run("recovered");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                get(path + "/attempts?outcome=GIVEN_UP", "recovered").get("attempts").size() == 2);
    var failed = receiver.requests.stream().skip(1).map(Request::id).collect(Collectors.toSet());
    assertThat(failed).hasSize(2);
    assertThat(receiver.requests).hasSize(1 + 2 * 3);

    receiver.status = 204;
    HttpResponse<String> recovering =
        post(path + "/recover", "recovered", "{\"since\":\"" + since + "\"}");
    assertThat(recovering.statusCode()).as(recovering.body()).isEqualTo(202);

    await().atMost(PATIENCE).until(() -> receiver.requests.size() == 1 + 2 * 3 + 2);
    assertThat(receiver.requests.stream().skip(7).map(Request::id).collect(Collectors.toSet()))
        .isEqualTo(failed);
  }

  @Test
  void an_endpoint_that_is_gone_is_disabled_and_another_is_told() {
    Receiver gone = receiver();
    Receiver other = receiver();
    JsonNode endpoint = create(gone, "gone", "{\"events\":[\"job.completed\"]}");
    create(other, "gone", "{\"events\":[\"endpoint.disabled\"]}");
    gone.status = 410;
    run("gone");

    String path = ENDPOINTS + "/" + endpoint.get("id").asText();
    await().atMost(PATIENCE).until(() -> !get(path, "gone").get("enabled").asBoolean());
    assertThat(get(path, "gone").get("disabledReason").asText()).isEqualTo("GONE");
    await().atMost(PATIENCE).until(() -> other.types().contains("endpoint.disabled"));
    assertThat(other.requests.get(0).body()).contains(endpoint.get("id").asText());
    run("gone");
    assertThat(gone.requests).hasSize(1);
  }

  private Receiver receiver() {
    var receiver = new Receiver();
    receivers.add(receiver);
    return receiver;
  }

  private static JsonNode create(Receiver receiver, String project, String more) {
    try {
      var body = (ObjectNode) FanfoldHttp.JSON.readTree(more);
      body.put("url", receiver.url());
      HttpResponse<String> made = post(ENDPOINTS, project, body.toString());
      assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
      return FanfoldHttp.JSON.readTree(made.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a job of the project to its end. */
  private static long run(String project) {
    HttpResponse<String> accepted =
        post("/v1/jobs", project, FanfoldHttp.echo("a", "b").toString());
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    try {
      long id = FanfoldHttp.JSON.readTree(accepted.body()).get("id").asLong();
      JsonNode job = get("/v1/jobs/" + id + "?waitFor=terminal&timeout=15", project);
      assertThat(job.get("status").asText()).isEqualTo("COMPLETED");
      return id;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> post(String path, String project, String body) {
    return http.post(path, "application/json", body.getBytes(UTF_8), "Fanfold-Project", project);
  }

  private static JsonNode get(String path, String project) {
    return FanfoldHttp.json(http.get(path, "Fanfold-Project", project));
  }

  private record Request(HttpHeaders headers, String body) {

    String id() {
      return headers.firstValue("webhook-id").orElseThrow();
    }

    String type() {
      try {
        return FanfoldHttp.JSON.readTree(body).get("type").asText();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Keeps what comes and answers as it is told. */
  private static final class Receiver implements AutoCloseable {

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile int status = 204;

    Receiver() {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      server.createContext("/", this::receive);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    List<String> types() {
      return requests.stream().map(Request::type).toList();
    }

    List<Request> ofType(String type) {
      return requests.stream().filter(request -> request.type().equals(type)).toList();
    }

    private void receive(HttpExchange exchange) throws IOException {
      try (exchange) {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add(
            new Request(HttpHeaders.of(exchange.getRequestHeaders(), (name, value) -> true), body));
        exchange.sendResponseHeaders(status, -1);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
