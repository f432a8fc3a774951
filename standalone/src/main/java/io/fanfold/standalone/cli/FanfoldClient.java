package io.fanfold.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The native HTTP API, as the command uses it. Answers are handed on as the server sent them. */
final class FanfoldClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

  /** Reads that the server asks to repeat later are repeated this often. */
  private static final int READ_ATTEMPTS = 10;

  private static final Duration RETRY_DELAY = Duration.ofMillis(500);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final URI server;
  private final Optional<String> project;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  FanfoldClient(URI server, Optional<String> project) {
    this.server = server;
    this.project = project;
  }

  JsonNode submit(ObjectNode job)
      throws UnreachableException, RefusedException, InterruptedException {
    return answer(
        request("/v1/jobs")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(job.toString()))
            .build(),
        1);
  }

  JsonNode jobs(int limit, int offset)
      throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/jobs?limit=%d&offset=%d".formatted(limit, offset));
  }

  JsonNode job(long id) throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/jobs/" + id);
  }

  /**
   * @param outcome {@code succeeded} or {@code failed}, empty for all
   */
  JsonNode items(long job, int limit, int offset, Optional<String> outcome)
      throws UnreachableException, RefusedException, InterruptedException {
    return get(
        "/v1/jobs/%d/items?limit=%d&offset=%d%s"
            .formatted(job, limit, offset, outcome.map(value -> "&outcome=" + value).orElse("")));
  }

  JsonNode features() throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/features");
  }

  private JsonNode get(String path)
      throws UnreachableException, RefusedException, InterruptedException {
    return answer(request(path).GET().build(), READ_ATTEMPTS);
  }

  private HttpRequest.Builder request(String path) {
    var builder =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/json, application/problem+json");
    project.ifPresent(name -> builder.header("Fanfold-Project", name));
    return builder;
  }

  private JsonNode answer(HttpRequest request, int attempts)
      throws UnreachableException, RefusedException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<byte[]> response = send(request);
      if (response.statusCode() == 503 && attempt < attempts) {
        Thread.sleep(RETRY_DELAY.toMillis());
        continue;
      }
      return body(request, response);
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request)
      throws UnreachableException, InterruptedException {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (HttpTimeoutException e) {
      throw new UnreachableException(server, "no answer in time", e);
    } catch (ConnectException e) {
      throw new UnreachableException(server, "connection refused or host unknown", e);
    } catch (IOException e) {
      throw new UnreachableException(
          server, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  private JsonNode body(HttpRequest request, HttpResponse<byte[]> response)
      throws RefusedException {
    int status = response.statusCode();
    JsonNode json = parse(response.body());
    if (status / 100 == 2 && json.isObject()) {
      return json;
    }
    if (json.has("title") || json.has("detail")) {
      throw new RefusedException(status, json, problemLine(json));
    }
    throw new RefusedException(
        status,
        MAPPER.createObjectNode(),
        "%s answered %d and not as a Fanfold server does".formatted(request.uri(), status));
  }

  private static JsonNode parse(byte[] body) {
    try {
      return MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      // Not JSON, so not one of ours; the caller says so with the status.
      return MissingNode.getInstance();
    }
  }

  private static String problemLine(JsonNode problem) {
    var line = new StringBuilder(problem.path("detail").asText(problem.path("title").asText()));
    if (problem.path("errors").size() > 1) {
      for (JsonNode error : problem.path("errors")) {
        line.append("\n  ")
            .append(error.path("field").asText())
            .append(": ")
            .append(error.path("message").asText());
      }
    }
    return line.toString();
  }
}
