package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The shape and signature of what is posted: Standard Webhooks, or what users of a dialect expect.
 * Pure; whoever calls brings the job as the dialect shows it.
 */
sealed interface PayloadFormat {

  /** Whether an event of this type is posted at all. */
  boolean posts(String eventType);

  /** Whether the body needs what the webhook's bodyPath answers. */
  boolean needsJob();

  /**
   * @param event what happened
   * @param stored the body that was made with the event
   * @param job what bodyPath answers, JSON; null where it is not needed
   */
  byte[] body(Delivery event, String stored, byte[] job);

  /**
   * The headers besides the content type.
   *
   * @param at when this attempt is made
   * @param nonce greater with each attempt
   * @param secrets newest first
   * @throws IllegalArgumentException when a secret is none; the message does not repeat it
   */
  Map<String, String> headers(
      String eventId, Instant at, long nonce, List<String> secrets, byte[] body);

  /** Whether it cannot be sent without a secret. */
  default boolean needsSecret() {
    return false;
  }

  /** The format of that name, as in a webhook's {@code format}. */
  static Optional<PayloadFormat> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "standard" -> new Standard();
          case "deepva" -> new DeepVa();
          case "imageintelligence" -> new ImageIntelligence();
          default -> null;
        });
  }

  /** The body made with the event, signed as Standard Webhooks says. */
  record Standard() implements PayloadFormat {

    @Override
    public boolean posts(String eventType) {
      return true;
    }

    @Override
    public boolean needsJob() {
      return false;
    }

    @Override
    public boolean needsSecret() {
      return true;
    }

    @Override
    public byte[] body(Delivery event, String stored, byte[] job) {
      return stored.getBytes(UTF_8);
    }

    @Override
    public Map<String, String> headers(
        String eventId, Instant at, long nonce, List<String> secrets, byte[] body) {
      return new WebhookSigner(secrets).headers(eventId, at, body);
    }
  }

  /**
   * DeepVA: {@code {"event", "timestamp", "data": {"job"}}}, HMAC-SHA512 of the body in hex, and an
   * increasing nonce. Its documentation names neither header; these are ours. A job that is
   * canceled has no event there.
   */
  record DeepVa() implements PayloadFormat {

    static final String SIGNATURE = "x-deepva-signature";
    static final String NONCE = "x-deepva-nonce";

    private static final Map<String, String> EVENTS =
        Map.of(
            "job.running", "on_started",
            "job.completed", "on_completed",
            "job.failed", "on_failed",
            "job.expired", "on_failed");

    @Override
    public boolean posts(String eventType) {
      return EVENTS.containsKey(eventType);
    }

    @Override
    public boolean needsJob() {
      return true;
    }

    @Override
    public byte[] body(Delivery event, String stored, byte[] job) {
      var body = new ByteArrayOutputStream(job.length + 100);
      body.writeBytes(
          "{\"event\":\"%s\",\"timestamp\":%d.%03d,\"data\":{\"job\":"
              .formatted(
                  EVENTS.get(event.type()), event.eventAtMs() / 1000, event.eventAtMs() % 1000)
              .getBytes(UTF_8));
      body.writeBytes(job);
      body.writeBytes("}}".getBytes(UTF_8));
      return body.toByteArray();
    }

    @Override
    public Map<String, String> headers(
        String eventId, Instant at, long nonce, List<String> secrets, byte[] body) {
      var headers = new LinkedHashMap<String, String>();
      headers.put(NONCE, Long.toString(nonce));
      if (!secrets.isEmpty()) {
        headers.put(SIGNATURE, hmac("HmacSHA512", secrets.get(0), body));
      }
      return headers;
    }
  }

  /** ImageIntelligence: the whole job at its end, HMAC-SHA256 in hex when there is a secret. */
  record ImageIntelligence() implements PayloadFormat {

    static final String SIGNATURE = "x-niro-signature";

    private static final List<String> EVENTS =
        List.of("job.completed", "job.failed", "job.canceled", "job.expired");

    @Override
    public boolean posts(String eventType) {
      return EVENTS.contains(eventType);
    }

    @Override
    public boolean needsJob() {
      return true;
    }

    @Override
    public byte[] body(Delivery event, String stored, byte[] job) {
      return job;
    }

    @Override
    public Map<String, String> headers(
        String eventId, Instant at, long nonce, List<String> secrets, byte[] body) {
      return secrets.isEmpty()
          ? Map.of()
          : Map.of(SIGNATURE, "sha256=" + hmac("HmacSHA256", secrets.get(0), body));
    }
  }

  private static String hmac(String algorithm, String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has " + algorithm, e);
    }
  }
}
