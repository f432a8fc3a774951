package io.fanfold.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Notes when webhooks arrive; on the loopback address. */
final class WebhookSink implements AutoCloseable {

  static final String SECRET = "whsec_" + "YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcms=";

  private static final int WAIT_SECONDS = 10;

  private final HttpServer server;
  private final Map<Long, CompletableFuture<Long>> arrivals = new ConcurrentHashMap<>();

  WebhookSink(int port) throws ScenarioException {
    try {
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), /* backlog= */ 0);
    } catch (IOException e) {
      throw new ScenarioException("cannot receive webhooks on port %d: %s".formatted(port, e), e);
    }
    server.createContext("/", this::receive);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/webhooks";
  }

  /** When the job's webhook arrived, as {@link System#nanoTime} says it. */
  long arrival(long job) throws ScenarioException, InterruptedException {
    try {
      return of(job).get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ScenarioException(
          "no webhook of job %d in %d s at %s".formatted(job, WAIT_SECONDS, url()), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void receive(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(204, -1);
      of(Json.MAPPER.readTree(body).path("data").path("jobId").asLong()).complete(now);
    }
  }

  private CompletableFuture<Long> of(long job) {
    return arrivals.computeIfAbsent(job, key -> new CompletableFuture<>());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
