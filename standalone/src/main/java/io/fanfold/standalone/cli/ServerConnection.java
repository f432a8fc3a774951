package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** Requests of one project to a server, and what their answers mean. */
final class ServerConnection {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

  /** Reads that the server asks to repeat later are repeated this often. */
  static final int READ_ATTEMPTS = 10;

  static final Duration RETRY_DELAY = Duration.ofMillis(500);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final URI server;
  private final Optional<String> project;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  ServerConnection(URI server, Optional<String> project) {
    this.server = server;
    this.project = project;
  }

  JsonNode get(String path) throws UnreachableException, RefusedException, InterruptedException {
    HttpRequest request = request(path).GET().build();
    return body(request, exchange(request, READ_ATTEMPTS));
  }

  /** A request without a body, sent once. */
  JsonNode command(String method, String path)
      throws UnreachableException, RefusedException, InterruptedException {
    HttpRequest request = request(path).method(method, BodyPublishers.noBody()).build();
    return body(request, exchange(request, 1));
  }

  /** A request with a JSON body, sent once. */
  JsonNode command(String method, String path, JsonNode json)
      throws UnreachableException, RefusedException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json.toString()))
            .build();
    return body(request, exchange(request, 1));
  }

  HttpRequest.Builder request(String path) {
    var builder =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/json, application/problem+json");
    project.ifPresent(name -> builder.header("Fanfold-Project", name));
    return builder;
  }

  /**
   * @param attempts how often it may be sent, while the server asks to come back later
   */
  HttpResponse<byte[]> exchange(HttpRequest request, int attempts)
      throws UnreachableException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 503 || attempt >= attempts) {
        return response;
      }
      Thread.sleep(RETRY_DELAY.toMillis());
    }
  }

  <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws UnreachableException, InterruptedException {
    try {
      return http.send(request, handler);
    } catch (HttpTimeoutException e) {
      throw new UnreachableException(server, "no answer in time", e);
    } catch (ConnectException e) {
      throw new UnreachableException(server, "connection refused or host unknown", e);
    } catch (IOException e) {
      throw new UnreachableException(
          server, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  UnreachableException unreachable(String why, Exception cause) {
    return new UnreachableException(server, why, cause);
  }

  /** The JSON of an answer; an empty object when there is none. */
  static JsonNode body(HttpRequest request, HttpResponse<byte[]> response) throws RefusedException {
    int status = response.statusCode();
    if (status / 100 == 2 && response.body().length == 0) {
      return MAPPER.createObjectNode();
    }
    JsonNode json = RefusedException.parse(response.body());
    if (status / 100 == 2 && json.isObject()) {
      return json;
    }
    throw RefusedException.of(request.uri(), status, json);
  }
}
