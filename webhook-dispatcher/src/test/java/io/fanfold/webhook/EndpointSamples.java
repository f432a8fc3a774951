package io.fanfold.webhook;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.SignatureScheme;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.WebhookKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Endpoints and attempts for tests. */
final class EndpointSamples {

  static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  static final String MASTER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  private EndpointSamples() {}

  static SecretBox box(String... masterKeys) {
    return new SecretBox(List.of(masterKeys), new SecureRandom());
  }

  static WebhookEndpoint endpoint(String project, String id) {
    return WebhookEndpoint.newBuilder()
        .setId(id)
        .setProject(project)
        .setVersion(0)
        .setUrl("https://a.example/hook?token=t")
        .setKeys(List.of(key("key_1")))
        .setCreatedAt(NOW)
        .setUpdatedAt(NOW)
        .build();
  }

  static WebhookKey key(String id) {
    return WebhookKey.newBuilder()
        .setId(id)
        .setScheme(SignatureScheme.V1)
        .setSealedSecret(ByteBuffer.wrap(new byte[] {1}))
        .setCreatedAt(NOW)
        .build();
  }

  static WebhookAttempt.Builder attempt(String eventId, int attempt, AttemptOutcome outcome) {
    return WebhookAttempt.newBuilder()
        .setEventId(eventId)
        .setEventType("job.completed")
        .setJobId(7)
        .setProject("p")
        .setUrl("https://a.example/hook")
        .setAttempt(attempt)
        .setStartedAt(NOW.plusSeconds(attempt))
        .setDurationMs(12.5f)
        .setOutcome(outcome);
  }

  /** Waits until something is so, a few seconds at most. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not become so");
      }
      Thread.onSpinWait();
    }
  }
}
