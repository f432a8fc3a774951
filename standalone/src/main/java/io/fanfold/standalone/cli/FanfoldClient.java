package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.stream.Stream;

/** The native HTTP API, as the command uses it. Answers are handed on as the server sent them. */
final class FanfoldClient {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final ServerConnection connection;

  FanfoldClient(URI server, Optional<String> project) {
    this(new ServerConnection(server, project));
  }

  FanfoldClient(ServerConnection connection) {
    this.connection = connection;
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
        connection
            .request("/v1/jobs")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(job.toString()));
    idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
    HttpRequest built = request.build();
    HttpResponse<byte[]> response =
        connection.exchange(built, idempotencyKey.isPresent() ? ServerConnection.READ_ATTEMPTS : 1);
    boolean replayed =
        response.headers().firstValue("Idempotency-Replayed").filter("true"::equals).isPresent();
    return new Submitted(ServerConnection.body(built, response), replayed);
  }

  /**
   * @param query a query string
   */
  JsonNode jobs(String query) throws UnreachableException, RefusedException, InterruptedException {
    return connection.get("/v1/jobs" + query);
  }

  JsonNode job(long id) throws UnreachableException, RefusedException, InterruptedException {
    return connection.get("/v1/jobs/" + id);
  }

  JsonNode items(long job, String query)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.get("/v1/jobs/%d/items%s".formatted(job, query));
  }

  JsonNode batches(long job, String query)
      throws UnreachableException, RefusedException, InterruptedException {
    return connection.get("/v1/jobs/%d/batches%s".formatted(job, query));
  }

  JsonNode artifacts(long job) throws UnreachableException, RefusedException, InterruptedException {
    return connection.get("/v1/jobs/%d/artifacts".formatted(job));
  }

  /**
   * Writes the artifact as it comes.
   *
   * @throws IOException when it cannot be written
   */
  void artifact(long job, String name, OutputStream out)
      throws UnreachableException, RefusedException, InterruptedException, IOException {
    HttpRequest request =
        connection
            .request("/v1/jobs/%d/artifacts/%s".formatted(job, ListQuery.encoded(name)))
            .GET()
            .build();
    for (int attempt = 1; ; attempt++) {
      HttpResponse<InputStream> response = connection.send(request, BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() == 200) {
          copy(body, out);
          return;
        }
        if (response.statusCode() != 503 || attempt == ServerConnection.READ_ATTEMPTS) {
          throw RefusedException.of(
              request.uri(), response.statusCode(), RefusedException.parse(body.readAllBytes()));
        }
      }
      Thread.sleep(ServerConnection.RETRY_DELAY.toMillis());
    }
  }

  private void copy(InputStream body, OutputStream out) throws UnreachableException, IOException {
    var buffer = new byte[BUFFER_BYTES];
    while (true) {
      int length;
      try {
        length = body.read(buffer);
      } catch (IOException e) {
        throw connection.unreachable("the answer broke off", e);
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
        connection
            .request("/v1/jobs/%d/events".formatted(job))
            .setHeader("Accept", "text/event-stream")
            .GET();
    if (lastSequence >= 0) {
      request.header("Last-Event-ID", Long.toString(lastSequence));
    }
    HttpResponse<Stream<String>> response =
        connection.send(request.build(), BodyHandlers.ofLines());
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
    return connection.command("POST", "/v1/jobs/%d/cancel".formatted(job));
  }

  JsonNode delete(long job) throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("DELETE", "/v1/jobs/" + job);
  }

  JsonNode retry(long job) throws UnreachableException, RefusedException, InterruptedException {
    return connection.command("POST", "/v1/jobs/%d/retry".formatted(job));
  }

  JsonNode features() throws UnreachableException, RefusedException, InterruptedException {
    return connection.get("/v1/features");
  }

  /**
   * @param replayed whether the job was there before, by its idempotency key
   */
  record Submitted(JsonNode job, boolean replayed) {}
}
