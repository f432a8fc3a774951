package io.fanfold.standalone;

import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;

/** The last part to start: waits until all the others can do their work. */
final class Readiness implements Service.Part {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final long POLL_MS = 50;

  private final Supplier<String> url;
  private final Supplier<Throwable> failure;

  /**
   * @param url base URL, known once the HTTP server runs
   * @param failure what broke meanwhile, or null
   */
  Readiness(Supplier<String> url, Supplier<Throwable> failure) {
    this.url = url;
    this.failure = failure;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url.get() + "/health/ready"))
            .timeout(REQUEST_TIMEOUT)
            .build();
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      Throwable broken = failure.get();
      if (broken != null) {
        throw new ServiceException(broken.getMessage(), broken);
      }
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new ServiceException(
            "not ready after " + TIMEOUT.toSeconds() + " s: " + response.body(), null);
      }
      Thread.sleep(POLL_MS);
    }
  }

  @Override
  public void close() {}
}
