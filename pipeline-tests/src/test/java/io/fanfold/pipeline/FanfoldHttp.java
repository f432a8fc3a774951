package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;

/** The HTTP API as a caller uses it. */
final class FanfoldHttp {

  static final ObjectMapper JSON = new ObjectMapper();
  static final Set<String> TERMINAL = Set.of("COMPLETED", "FAILED", "CANCELED", "EXPIRED");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  FanfoldHttp(String base) {
    this.base = base;
  }

  String base() {
    return base;
  }

  HttpResponse<String> post(String path, String contentType, byte[] body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> get(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20)).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> delete(String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create(base + path)).DELETE();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  /** Submits and returns the accepted job. */
  JsonNode submit(ObjectNode job) {
    try {
      HttpResponse<String> response =
          post("/v1/jobs", "application/json", JSON.writeValueAsBytes(job));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode job(long id) {
    return json(get("/v1/jobs/" + id));
  }

  JsonNode awaitEnd(long id, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> TERMINAL.contains(job(id).get("status").asText()));
    return job(id);
  }

  JsonNode items(long id, String query) {
    return json(get("/v1/jobs/" + id + "/items" + query));
  }

  static JsonNode json(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A job that echoes these texts. */
  static ObjectNode echo(String... texts) {
    ObjectNode job = JSON.createObjectNode();
    ArrayNode items = job.putArray("items");
    for (String text : texts) {
      items.addObject().put("uri", "data:text/plain," + text).put("customId", "id-" + text);
    }
    job.putArray("features").addObject().put("name", EchoPredictor.FEATURE);
    return job;
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
