package io.fanfold.schemas.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A registry's REST API, as little of it as serializers ask for; accepts every schema. */
final class RestRegistry implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new LinkedHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Semaphore failures = new Semaphore(0);
  private final Set<String> references = new HashSet<>();
  private volatile String overriding;
  private volatile int overridingStatus;

  RestRegistry() throws IOException {
    this(null);
  }

  /**
   * @param tls null for plain HTTP; otherwise clients must show a certificate it trusts
   */
  RestRegistry(SSLContext tls) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (tls == null) {
      server = HttpServer.create(address, 0);
    } else {
      HttpsServer https = HttpsServer.create(address, 0);
      https.setHttpsConfigurator(
          new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters ssl = tls.getDefaultSSLParameters();
              ssl.setNeedClientAuth(true);
              parameters.setSSLParameters(ssl);
            }
          });
      server = https;
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return (server instanceof HttpsServer ? "https" : "http")
        + "://localhost:"
        + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  synchronized Map<String, List<Integer>> subjects() {
    return new LinkedHashMap<>(subjects);
  }

  synchronized List<String> schemas() {
    return List.copyOf(schemas);
  }

  /** The next so many requests are answered with 503. */
  void fail(int times) {
    failures.release(times);
  }

  /** Every request is answered with this from now on. */
  void answer(int status, String body) {
    overridingStatus = status;
    overriding = body;
  }

  /** The schema refers to whatever version 1 of the subject defines. */
  synchronized int registerReferring(String schema, String name, String subject) {
    schemas.add(schema);
    references.add(schemas.size() + " " + name + " " + subject);
    return schemas.size();
  }

  synchronized int register(String subject, String schema) {
    int id = schemas.indexOf(schema) + 1;
    if (id == 0) {
      schemas.add(schema);
      id = schemas.size();
    }
    List<Integer> ids = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
    if (!ids.contains(id)) {
      ids.add(id);
    }
    return id;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String path = exchange.getRequestURI().getRawPath();
      requests.add(
          new Request(
              exchange.getRequestMethod() + " " + path,
              exchange.getRequestHeaders().getFirst("Authorization")));
      if (failures.tryAcquire()) {
        reply(exchange, 503, "<html>later</html>");
      } else if (overriding != null) {
        reply(exchange, overridingStatus, overriding);
      } else {
        route(exchange, path.substring(1).split("/"), body);
      }
    }
  }

  private synchronized void route(HttpExchange exchange, String[] path, String body)
      throws IOException {
    if (path[0].equals("schemas")) {
      schema(exchange, Integer.parseInt(path[2]));
      return;
    }
    String subject = URLDecoder.decode(path[1].replace("+", "%2B"), StandardCharsets.UTF_8);
    if (exchange.getRequestMethod().equals("GET")) {
      schema(exchange, subjects.get(subject).get(Integer.parseInt(path[3]) - 1));
      return;
    }
    String schema = JSON.readTree(body).path("schema").asText();
    if (path.length > 2) {
      int id = register(subject, schema);
      reply(exchange, 200, "{\"id\":%d}".formatted(id));
      return;
    }
    int id = schemas.indexOf(schema) + 1;
    List<Integer> ids = subjects.getOrDefault(subject, List.of());
    if (!ids.contains(id)) {
      reply(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      return;
    }
    ObjectNode found = JSON.createObjectNode().put("subject", subject).put("id", id);
    found.put("version", ids.indexOf(id) + 1).put("schema", schema);
    reply(exchange, 200, found.toString());
  }

  private void schema(HttpExchange exchange, int id) throws IOException {
    if (id < 1 || id > schemas.size()) {
      reply(
          exchange,
          404,
          "{\"error_code\":40403,\"message\":\"Schema %d not found\"}".formatted(id));
      return;
    }
    ObjectNode found = JSON.createObjectNode().put("schema", schemas.get(id - 1));
    for (String reference : references) {
      String[] parts = reference.split(" ");
      if (parts[0].equals(Integer.toString(id))) {
        JsonNode entry =
            JSON.createObjectNode()
                .put("name", parts[1])
                .put("subject", parts[2])
                .put("version", 1);
        found.putArray("references").add(entry);
      }
    }
    reply(exchange, 200, found.toString());
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  record Request(String line, String authorization) {}
}
