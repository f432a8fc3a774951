package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.schemas.WebhookPayload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpJobBodiesTest {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String body = "{\"id\": \"ä\"}";
  private HttpServer server;
  private GuardedHttp http;
  private HttpJobBodies bodies;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestURI()
                  + " of "
                  + exchange.getRequestHeaders().getFirst("Fanfold-Project"));
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    http = new GuardedHttp(AddressGuard.allowing(List.of("127.0.0.1")), 4, 4);
    bodies = new HttpJobBodies(http, url() + "/");
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(0);
    http.close();
  }

  @Test
  void a_job_is_read_as_its_project_and_handed_on_byte_for_byte() throws Exception {
    assertThat(bodies.read(event("job.running"), "/api/v1/jobs/7/?a=b", DEADLINE))
        .isEqualTo(body.getBytes(UTF_8));

    assertThat(asked).containsExactly("/api/v1/jobs/7/?a=b of p");
  }

  @Test
  void at_its_end_a_job_is_read_when_lookups_know_of_the_end() throws Exception {
    bodies.read(event("job.completed"), "/v2/match/7", DEADLINE);

    assertThat(asked)
        .containsExactly("/v1/jobs/7?waitFor=terminal&timeout=5 of p", "/v2/match/7 of p");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 302, 404, 500, 503})
  void any_other_answer_than_200_is_for_another_time(int other) {
    status = other;
    body = "";

    assertThatThrownBy(() -> bodies.read(event("job.running"), "/v2/match/7", DEADLINE))
        .isInstanceOf(UnreadyAttemptException.class)
        .hasMessage("the job could not be read: HTTP " + other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1} trailing", "<html>"})
  void what_is_no_json_is_not_posted(String answer) {
    body = answer;

    assertThatThrownBy(() -> bodies.read(event("job.running"), "/v2/match/7", DEADLINE))
        .isInstanceOf(UnreadyAttemptException.class)
        .hasMessage("the job could not be read: the answer is no JSON");
  }

  @Test
  void a_job_that_is_too_long_is_not_posted() {
    body = "\"" + "a".repeat(1024 * 1024) + "\"";

    assertThatThrownBy(() -> bodies.read(event("job.running"), "/v2/match/7", DEADLINE))
        .isInstanceOf(UnreadyAttemptException.class)
        .hasMessage("the job is longer than 1048576 bytes");
  }

  @Test
  void a_service_that_is_away_or_not_configured_is_for_another_time() {
    server.stop(0);

    assertThatThrownBy(() -> bodies.read(event("job.running"), "/x", DEADLINE))
        .isInstanceOf(UnreadyAttemptException.class);
    assertThatThrownBy(() -> new HttpJobBodies(http, "").read(event("job.running"), "/x", DEADLINE))
        .isInstanceOf(UnreadyAttemptException.class)
        .hasMessageContaining("webhook.jobs.url");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "@evil.example.com/", ":80@evil/", "/a b", "/a\r\nb", "/{"})
  void what_is_no_path_never_is(String path) {
    assertThatThrownBy(() -> bodies.read(event("job.running"), path, DEADLINE))
        .isInstanceOf(ImpossibleAttemptException.class);
    assertThat(asked).isEmpty();
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static Delivery event(String type) {
    return new Delivery(
        "evt_1",
        Receiver.INLINE,
        "7",
        "p",
        type,
        WebhookPayload.THIN,
        0,
        "",
        false,
        false,
        Receiver.inline("p", "https://example.com/"),
        DeliveryState.PENDING,
        0,
        1,
        0);
  }
}
