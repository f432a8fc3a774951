package io.fanfold.ingest.dialect.edgeimpulse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.config.types.Password;

/**
 * Tokens that open a websocket for a project's jobs. They say all there is to know and are signed,
 * so that any instance with the secret can check them.
 */
final class SocketTokens {

  static final Duration KEPT = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;
  private final Clock clock;

  /**
   * @param expires a client that comes later must ask for another one
   */
  record Token(String text, Instant expires) {}

  /**
   * @param secret empty for one that nobody else has
   */
  SocketTokens(Password secret, Clock clock) {
    byte[] bytes = secret.value().getBytes(UTF_8);
    if (bytes.length == 0) {
      bytes = new byte[32];
      new SecureRandom().nextBytes(bytes);
    }
    this.key = new SecretKeySpec(bytes, ALGORITHM);
    this.clock = clock;
  }

  Token make(String project) {
    Instant expires = clock.instant().plus(KEPT);
    String claim = expires.toEpochMilli() + " " + project;
    return new Token(
        BASE64.encodeToString(claim.getBytes(UTF_8)) + "." + BASE64.encodeToString(sign(claim)),
        expires);
  }

  /** The project of a token, if it is one of ours and still good. */
  Optional<String> project(String token) {
    int dot = token == null ? -1 : token.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    try {
      String claim = new String(Base64.getUrlDecoder().decode(token.substring(0, dot)), UTF_8);
      byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      if (!MessageDigest.isEqual(sign(claim), signature)) {
        return Optional.empty();
      }
      int space = claim.indexOf(' ');
      Instant expires = Instant.ofEpochMilli(Long.parseLong(claim.substring(0, space)));
      return clock.instant().isBefore(expires)
          ? Optional.of(claim.substring(space + 1))
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private byte[] sign(String claim) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(claim.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, e);
    }
  }
}
