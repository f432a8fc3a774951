package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhook routes are the dispatcher's, and its answers go through as they are. */
final class WebhookProxyTest {

  private record Asked(String method, String target, String project, String ifMatch, String body) {}

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private HttpServer dispatcher;
  private ApiServer api;

  @BeforeEach
  void start() throws Exception {
    dispatcher = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    dispatcher.createContext(
        "/",
        exchange -> {
          asked.add(
              new Asked(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders().getFirst("Fanfold-Project"),
                  exchange.getRequestHeaders().getFirst("If-Match"),
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.getResponseHeaders().set("ETag", "\"2\"");
          exchange.getResponseHeaders().set("Location", "/v1/webhooks/endpoints/ep_1");
          exchange.sendResponseHeaders(201, 2);
          exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    dispatcher.start();
    api = server("http://127.0.0.1:" + dispatcher.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    api.close();
    dispatcher.stop(0);
  }

  @Test
  void method_body_and_headers_go_through_and_so_does_the_answer() {
    HttpResponse<String> answer =
        api.send(
            api.request("/v1/webhooks/endpoints/ep_1?a=%2F")
                .header("Fanfold-Project", "p")
                .header("If-Match", "\"1\"")
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"ordered\":true}")));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("ETag")).contains("\"2\"");
    assertThat(answer.headers().firstValue("Location")).contains("/v1/webhooks/endpoints/ep_1");
    assertThat(asked)
        .containsExactly(
            new Asked(
                "PATCH", "/v1/webhooks/endpoints/ep_1?a=%2F", "p", "\"1\"", "{\"ordered\":true}"));
  }

  @Test
  void a_request_that_was_refused_to_connect_is_sent_to_the_next_and_only_once() {
    api.close();
    api = server("http://127.0.0.1:9,http://127.0.0.1:" + dispatcher.getAddress().getPort());

    assertThat(
            api.send(api.request("/v1/webhooks/events/evt_1/replay").POST(BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(201);
    assertThat(asked).hasSize(1);
  }

  @Test
  void without_a_dispatcher_the_answer_is_a_503_that_says_so() {
    dispatcher.stop(0);

    HttpResponse<String> answer = api.get("/v1/webhooks/endpoints");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("the webhook dispatcher cannot be reached");
  }

  private static ApiServer server(String url) {
    return new ApiServer(Samples.codec("webhook-proxy-test"), url, Samples.TEXT);
  }
}
