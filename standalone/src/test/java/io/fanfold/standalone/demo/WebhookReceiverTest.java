package io.fanfold.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WebhookReceiverTest {
  private static final String BODY = "{\"type\":\"job.completed\",\"data\":{\"id\":1}}";

  @Test
  void aSignedWebhookIsVerifiedAndTheLastIsWaitedFor() throws Exception {
    try (var receiver = new WebhookReceiver()) {
      assertThat(receiver.awaitLast(Duration.ZERO)).isFalse();
      assertThat(post(receiver, receiver.secret(), BODY)).isEqualTo(204);
      assertThat(receiver.awaitLast(Duration.ofSeconds(10))).isTrue();
      assertThat(receiver.received())
          .singleElement()
          .satisfies(
              webhook -> {
                assertThat(webhook.verified()).isTrue();
                assertThat(webhook.type()).isEqualTo("job.completed");
              });
    }
  }

  @Test
  void aWebhookOfAnotherSecretIsRefusedAndARepeatDoesNotMakeItGood() throws Exception {
    try (var receiver = new WebhookReceiver()) {
      String unknown = "whsec_" + "B".repeat(44);
      assertThat(post(receiver, unknown, BODY)).isEqualTo(401);
      assertThat(post(receiver, receiver.secret(), BODY)).isEqualTo(204);
      assertThat(receiver.received()).singleElement().matches(webhook -> !webhook.verified());
    }
  }

  private static int post(WebhookReceiver receiver, String secret, String body) throws Exception {
    long now = Instant.now().getEpochSecond();
    var request =
        HttpRequest.newBuilder(URI.create(receiver.url()))
            .header("webhook-id", "evt_1")
            .header("webhook-timestamp", Long.toString(now))
            .header("webhook-signature", new Webhook(secret).sign("evt_1", now, body))
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
