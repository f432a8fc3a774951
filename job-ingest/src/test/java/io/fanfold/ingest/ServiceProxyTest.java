package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Telemetry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers go through; what is asked and answered is in {@link JobApiTest}. */
final class ServiceProxyTest {

  private static final int BIG = 16 * 1024 * 1024;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer service;
  private ServiceProxy proxy;
  private HttpApi api;

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    service.setExecutor(threads);
    service.createContext("/small", exchange -> answer(exchange, "small"));
    service.createContext("/nothing", exchange -> exchange.sendResponseHeaders(204, -1));
    service.createContext("/big", ServiceProxyTest::big);
    service.createContext("/events", this::events);
    service.createContext("/half", ServiceProxyTest::half);
    service.createContext("/closed", this::closedAtFirst);
    service.start();
    proxy =
        new ServiceProxy(
            "the service", List.of("http://127.0.0.1:" + service.getAddress().getPort()));
    api =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            1024,
            new Telemetry(),
            List.of(),
            javalin -> {
              javalin.routes.get(
                  "/<path>", context -> proxy.forward(context, Duration.ofSeconds(9)));
              javalin.routes.post(
                  "/<path>", context -> proxy.forward(context, Duration.ofSeconds(9)));
            });
    api.start();
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    api.close();
    proxy.close();
    service.stop(0);
    threads.shutdownNow();
  }

  @Test
  void a_long_body_goes_through_whole() throws Exception {
    HttpResponse<byte[]> answer = client.send(get("/big"), BodyHandlers.ofByteArray());

    assertThat(answer.body()).hasSize(BIG);
    for (int i = 0; i < BIG; i += 4099) {
      assertThat(answer.body()[i]).isEqualTo((byte) (i % 127));
    }
  }

  @Test
  void an_answer_without_a_body_goes_through() throws Exception {
    assertThat(client.send(get("/nothing"), BodyHandlers.ofString()).statusCode()).isEqualTo(204);
  }

  @Test
  void the_head_and_each_event_are_there_as_soon_as_they_are_sent() throws Exception {
    HttpResponse<InputStream> answer = client.send(get("/events"), BodyHandlers.ofInputStream());

    assertThat(answer.statusCode()).isEqualTo(200);
    try (var lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("data: 1");
      goOn.countDown();
      assertThat(lines.readLine()).isEqualTo("data: 2");
      assertThat(lines.readLine()).isNull();
    }
  }

  /** More of them than the client has threads. */
  @Test
  void callers_who_do_not_read_keep_nobody_else_waiting() throws Exception {
    var slow = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 48; i++) {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), api.port()));
        String request = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        slow.add(socket);
      }
      for (Socket socket : slow) {
        socket.setSoTimeout(10_000);
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }

      HttpResponse<String> answer = client.send(get("/small"), BodyHandlers.ofString());

      assertThat(answer.body()).isEqualTo("small");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/half?length=10", "/half?chunked"})
  void half_a_body_does_not_look_like_a_whole_one(String path) {
    assertThatThrownBy(() -> client.send(get(path), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_get_is_sent_again_when_its_connection_was_closed() throws Exception {
    assertThat(client.send(get("/closed"), BodyHandlers.ofString()).body()).isEqualTo("at last");
    assertThat(asked).hasValue(2);
  }

  @Test
  void a_post_is_not() throws Exception {
    HttpRequest post = request("/closed").POST(BodyPublishers.ofString("x")).build();

    HttpResponse<String> answer = client.send(post, BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("the service cannot be reached");
    assertThat(asked).hasValue(1);
  }

  private HttpRequest get(String path) {
    return request(path).build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private static void answer(HttpExchange exchange, String body) throws IOException {
    exchange.sendResponseHeaders(200, body.length());
    exchange.getResponseBody().write(body.getBytes(StandardCharsets.US_ASCII));
    exchange.close();
  }

  private static void big(HttpExchange exchange) throws IOException {
    var body = new byte[BIG];
    for (int i = 0; i < BIG; i++) {
      body[i] = (byte) (i % 127);
    }
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void events(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write("data: 1\n".getBytes(StandardCharsets.US_ASCII));
    exchange.getResponseBody().flush();
    try {
      if (goOn.await(20, TimeUnit.SECONDS)) {
        exchange.getResponseBody().write("data: 2\n".getBytes(StandardCharsets.US_ASCII));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  /** Says that it has more than it sends. */
  private static void half(HttpExchange exchange) throws IOException {
    boolean chunked = "chunked".equals(exchange.getRequestURI().getQuery());
    exchange.sendResponseHeaders(200, chunked ? 0 : 10);
    exchange.getResponseBody().write("half".getBytes(StandardCharsets.US_ASCII));
    exchange.getResponseBody().flush();
    // Ends the connection without the end of the body.
    throw new IOException("on purpose");
  }

  private void closedAtFirst(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (asked.incrementAndGet() == 1) {
      throw new IOException("on purpose");
    }
    answer(exchange, "at last");
  }
}
