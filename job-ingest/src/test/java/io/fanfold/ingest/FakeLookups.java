package io.fanfold.ingest;

import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.HttpApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fake of the result aggregator: answers whatever it is told and remembers what it was asked. */
final class FakeLookups implements AutoCloseable {

  /** What came in: the request target as it was sent, and the project header. */
  record Asked(String target, String project) {}

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String body = "{}";

  FakeLookups() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              new Asked(
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders().getFirst(HttpApi.PROJECT_HEADER)));
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange
              .getResponseHeaders()
              .set("Content-Type", status < 400 ? "application/json" : "application/problem+json");
          if (status == 503) {
            exchange.getResponseHeaders().set("Retry-After", "7");
          }
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void answer(int status, String body) {
    this.status = status;
    this.body = body;
  }

  List<Asked> asked() {
    return asked;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
