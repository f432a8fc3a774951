package io.fanfold.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;

/** The HTTP API as a client of one project uses it. Safe for use by several threads. */
final class FanfoldApi {

  private static final Set<String> TERMINAL = Set.of("COMPLETED", "FAILED", "CANCELED", "EXPIRED");
  private static final Duration TIMEOUT = Duration.ofSeconds(70);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final String project;

  FanfoldApi(URI base, String project) {
    this.base = base;
    this.project = project;
  }

  String project() {
    return project;
  }

  /** Returns the id of the accepted job. */
  long submit(byte[] body) throws ScenarioException, InterruptedException {
    HttpResponse<byte[]> response =
        send(
            request("/v1/jobs")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    if (response.statusCode() != 202) {
      throw refused("POST /v1/jobs", response);
    }
    return json(response).path("id").asLong();
  }

  /** A POST or DELETE without a body, of which only the status counts. */
  int command(String method, String path) throws ScenarioException, InterruptedException {
    return send(request(path).method(method, BodyPublishers.noBody()).build()).statusCode();
  }

  /** Reads until the answer is not 503. */
  JsonNode get(String path) throws ScenarioException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<byte[]> response = send(request(path).GET().build());
      if (response.statusCode() == 200) {
        return json(response);
      }
      if (response.statusCode() != 503 || attempt == 20) {
        throw refused("GET " + path, response);
      }
      Thread.sleep(100);
    }
  }

  /** One read, as it is; for timing. */
  HttpResponse<byte[]> read(String path) throws ScenarioException, InterruptedException {
    return send(request(path).GET().build());
  }

  static boolean isTerminal(JsonNode job) {
    return TERMINAL.contains(job.path("status").asText());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(TIMEOUT)
        .header("Fanfold-Project", project);
  }

  private HttpResponse<byte[]> send(HttpRequest request)
      throws ScenarioException, InterruptedException {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new ScenarioException("%s: %s".formatted(request.uri(), e), e);
    }
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws ScenarioException {
    try {
      return Json.MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new ScenarioException(response.uri() + " did not answer JSON", e);
    }
  }

  private static ScenarioException refused(String what, HttpResponse<byte[]> response) {
    String detail = "";
    try {
      detail = Json.MAPPER.readTree(response.body()).path("detail").asText();
    } catch (IOException e) {
      detail = "no problem document";
    }
    return new ScenarioException(
        "the server answered %d to %s: %s".formatted(response.statusCode(), what, detail));
  }
}
