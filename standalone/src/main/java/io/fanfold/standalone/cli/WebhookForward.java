package io.fanfold.standalone.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Posts webhooks on, as they came, so that whoever gets them can verify them as well. */
final class WebhookForward {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Says that the fault is behind us; the dispatcher will try again. */
  private static final int BAD_GATEWAY = 502;

  private static final List<String> HEADERS =
      List.of("content-type", "webhook-id", "webhook-timestamp", "webhook-signature");

  private final URI target;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  WebhookForward(URI target) {
    this.target = target;
  }

  /** Returns the status that the target answers with. */
  int post(String body, Map<String, List<String>> headers) {
    var request =
        HttpRequest.newBuilder(target).timeout(TIMEOUT).POST(BodyPublishers.ofString(body));
    HEADERS.forEach(
        name ->
            headers.getOrDefault(name, List.of()).forEach(value -> request.header(name, value)));
    try {
      return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return BAD_GATEWAY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return BAD_GATEWAY;
    }
  }
}
