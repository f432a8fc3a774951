package io.fanfold.standalone.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers as a Fanfold server would, from a script. It shows what the command sends and how it
 * reads answers, not that a real server gives them.
 */
final class FakeServer implements AutoCloseable {

  record Answer(int status, String body, Map<String, String> headers) {}

  record Request(String method, String path, String project, String idempotencyKey, String body) {}

  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final List<Request> requests = new ArrayList<>();

  FakeServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers to one request after another; the last one stays. */
  synchronized FakeServer on(String methodAndPath, int status, String... bodies) {
    var queue = answers.computeIfAbsent(methodAndPath, key -> new ArrayDeque<>());
    for (String body : bodies) {
      queue.add(new Answer(status, body, Map.of()));
    }
    return this;
  }

  /** One answer with headers. */
  synchronized FakeServer on(
      String methodAndPath, int status, Map<String, String> headers, String body) {
    answers
        .computeIfAbsent(methodAndPath, key -> new ArrayDeque<>())
        .add(new Answer(status, body, headers));
    return this;
  }

  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange exchange) throws IOException {
    var request =
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders().getFirst("Fanfold-Project"),
            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    byte[] body;
    int status;
    synchronized (this) {
      requests.add(request);
      var queue = answers.get(request.method() + " " + request.path());
      Answer answer =
          queue == null
              ? new Answer(404, "<html>no such page</html>", Map.of())
              : queue.size() > 1 ? queue.remove() : queue.element();
      body = answer.body().getBytes(StandardCharsets.UTF_8);
      status = answer.status();
      answer.headers().forEach(exchange.getResponseHeaders()::set);
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
