package io.fanfold.ingest.dialect.imageintelligence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Access tokens that nobody has to remember: whose they are and until when, and a signature. Any
 * instance with the same key takes them.
 */
final class Tokens {

  static final Duration LIFE = Duration.ofHours(24);

  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final SecretKeySpec key;
  private final Clock clock;

  Tokens(byte[] key, Clock clock) {
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.clock = clock;
  }

  /** A token, and when it was made and ends. */
  record Token(String text, Instant issuedAt, Instant expiresAt) {}

  Token issue(String project) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    Instant end = now.plus(LIFE);
    byte[] says =
        Json.bytes(
            Json.MAPPER
                .createObjectNode()
                .put("project", project)
                .put("expiresAt", end.toEpochMilli()));
    String payload = ENCODER.encodeToString(says);
    return new Token(payload + "." + ENCODER.encodeToString(signature(payload)), now, end);
  }

  /** Whose token it is, while it is good. */
  Optional<String> project(String token) {
    int dot = token.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String payload = token.substring(0, dot);
    byte[] signature;
    byte[] says;
    try {
      signature = DECODER.decode(token.substring(dot + 1));
      says = DECODER.decode(payload);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (!MessageDigest.isEqual(signature, signature(payload))) {
      return Optional.empty();
    }
    JsonNode claims = Json.parse(says);
    return clock.millis() < claims.get("expiresAt").longValue()
        ? Optional.of(claims.get("project").textValue())
        : Optional.empty();
  }

  private byte[] signature(String payload) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(payload.getBytes(US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has " + ALGORITHM, e);
    }
  }
}
