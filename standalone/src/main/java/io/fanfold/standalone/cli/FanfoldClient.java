package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.stream.Stream;

/** The native HTTP API, as the command uses it. Answers are handed on as the server sent them. */
final class FanfoldClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

  /** Reads that the server asks to repeat later are repeated this often. */
  private static final int READ_ATTEMPTS = 10;

  private static final Duration RETRY_DELAY = Duration.ofMillis(500);
  private static final int BUFFER_BYTES = 64 * 1024;
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
    return submit(job, Optional.empty()).job();
  }

  /**
   * @param idempotencyKey with it, a submission the server could not take is sent again
   */
  Submitted submit(ObjectNode job, Optional<String> idempotencyKey)
      throws UnreachableException, RefusedException, InterruptedException {
    var request =
        request("/v1/jobs")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(job.toString()));
    idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
    HttpRequest built = request.build();
    HttpResponse<byte[]> response = exchange(built, idempotencyKey.isPresent() ? READ_ATTEMPTS : 1);
    boolean replayed =
        response.headers().firstValue("Idempotency-Replayed").filter("true"::equals).isPresent();
    return new Submitted(body(built, response), replayed);
  }

  /**
   * @param query a query string
   */
  JsonNode jobs(String query) throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/jobs" + query);
  }

  JsonNode job(long id) throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/jobs/" + id);
  }

  JsonNode items(long job, String query)
      throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/jobs/%d/items%s".formatted(job, query));
  }

  JsonNode batches(long job, String query)
      throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/jobs/%d/batches%s".formatted(job, query));
  }

  JsonNode artifacts(long job) throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/jobs/%d/artifacts".formatted(job));
  }

  /**
   * Writes the artifact as it comes.
   *
   * @throws IOException when it cannot be written
   */
  void artifact(long job, String name, OutputStream out)
      throws UnreachableException, RefusedException, InterruptedException, IOException {
    HttpRequest request =
        request("/v1/jobs/%d/artifacts/%s".formatted(job, ListQuery.encoded(name))).GET().build();
    for (int attempt = 1; ; attempt++) {
      HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() == 200) {
          copy(body, out);
          return;
        }
        if (response.statusCode() != 503 || attempt == READ_ATTEMPTS) {
          throw RefusedException.of(
              request.uri(), response.statusCode(), RefusedException.parse(body.readAllBytes()));
        }
      }
      Thread.sleep(RETRY_DELAY.toMillis());
    }
  }

  private void copy(InputStream body, OutputStream out) throws UnreachableException, IOException {
    var buffer = new byte[BUFFER_BYTES];
    while (true) {
      int length;
      try {
        length = body.read(buffer);
      } catch (IOException e) {
        throw new UnreachableException(server, "the answer broke off", e);
      }
      if (length < 0) {
        return;
      }
      out.write(buffer, 0, length);
    }
  }

  /**
   * The job's states as they come, or empty when the server has no such stream just now.
   *
   * @param lastSequence only later ones; -1 for all
   */
  Optional<Stream<String>> events(long job, long lastSequence)
      throws UnreachableException, InterruptedException {
    var request =
        request("/v1/jobs/%d/events".formatted(job)).setHeader("Accept", "text/event-stream").GET();
    if (lastSequence >= 0) {
      request.header("Last-Event-ID", Long.toString(lastSequence));
    }
    HttpResponse<Stream<String>> response = send(request.build(), BodyHandlers.ofLines());
    boolean isStream =
        response.statusCode() == 200
            && response
                .headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
    if (!isStream) {
      response.body().close();
    }
    return isStream ? Optional.of(response.body()) : Optional.empty();
  }

  JsonNode cancel(long job) throws UnreachableException, RefusedException, InterruptedException {
    return command("POST", "/v1/jobs/%d/cancel".formatted(job));
  }

  JsonNode delete(long job) throws UnreachableException, RefusedException, InterruptedException {
    return command("DELETE", "/v1/jobs/" + job);
  }

  JsonNode retry(long job) throws UnreachableException, RefusedException, InterruptedException {
    return command("POST", "/v1/jobs/%d/retry".formatted(job));
  }

  JsonNode features() throws UnreachableException, RefusedException, InterruptedException {
    return get("/v1/features");
  }

  private JsonNode get(String path)
      throws UnreachableException, RefusedException, InterruptedException {
    HttpRequest request = request(path).GET().build();
    return body(request, exchange(request, READ_ATTEMPTS));
  }

  private JsonNode command(String method, String path)
      throws UnreachableException, RefusedException, InterruptedException {
    HttpRequest request = request(path).method(method, BodyPublishers.noBody()).build();
    return body(request, exchange(request, 1));
  }

  private HttpRequest.Builder request(String path) {
    var builder =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/json, application/problem+json");
    project.ifPresent(name -> builder.header("Fanfold-Project", name));
    return builder;
  }

  private HttpResponse<byte[]> exchange(HttpRequest request, int attempts)
      throws UnreachableException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<byte[]> response = send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 503 || attempt >= attempts) {
        return response;
      }
      Thread.sleep(RETRY_DELAY.toMillis());
    }
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
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

  private JsonNode body(HttpRequest request, HttpResponse<byte[]> response)
      throws RefusedException {
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

  /**
   * @param replayed whether the job was there before, by its idempotency key
   */
  record Submitted(JsonNode job, boolean replayed) {}
}
