package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key of Standard Webhooks 1.0.0. */
sealed interface SigningKey {

  /**
   * One entry of the webhook-signature header.
   *
   * @param head the id and the time of the attempt, as in {@code evt_1.1700000000.}
   */
  String sign(String head, byte[] body);

  /**
   * @param secret whsec_ and the base64 of 24 to 64 bytes; or whsk_ and the base64 of an ed25519
   *     key: its 32 bytes, or these and the 32 of the public key as many libraries keep them
   * @throws IllegalArgumentException when it is neither; the message does not repeat it
   */
  static SigningKey of(String secret) {
    return secret.startsWith(Ed25519.PREFIX) ? Ed25519.of(secret) : Hmac.of(secret);
  }

  /** Scheme v1: HMAC-SHA256. */
  record Hmac(SecretKeySpec key) implements SigningKey {

    private static final String PREFIX = "whsec_";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;

    private static Hmac of(String secret) {
      byte[] bytes = secret.startsWith(PREFIX) ? decoded(secret.substring(PREFIX.length())) : null;
      if (bytes == null || bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "a signing secret must be whsec_ and the base64 of 24 to 64 bytes");
      }
      return new Hmac(new SecretKeySpec(bytes, "HmacSHA256"));
    }

    @Override
    public String sign(String head, byte[] body) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        mac.update(head.getBytes(US_ASCII));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
      } catch (GeneralSecurityException e) {
        throw new AssertionError("every Java has HmacSHA256", e);
      }
    }

    @Override
    public String toString() {
      return "v1";
    }
  }

  /** Scheme v1a: ed25519. */
  record Ed25519(PrivateKey key) implements SigningKey {

    private static final String PREFIX = "whsk_";
    private static final int SEED_BYTES = 32;

    private static Ed25519 of(String secret) {
      byte[] bytes = decoded(secret.substring(PREFIX.length()));
      if (bytes == null || (bytes.length != SEED_BYTES && bytes.length != 2 * SEED_BYTES)) {
        throw new IllegalArgumentException(
            "a signing secret must be whsk_ and the base64 of an ed25519 key, 32 or 64 bytes");
      }
      try {
        return new Ed25519(
            KeyFactory.getInstance("Ed25519")
                .generatePrivate(
                    new EdECPrivateKeySpec(
                        NamedParameterSpec.ED25519, Arrays.copyOf(bytes, SEED_BYTES))));
      } catch (GeneralSecurityException e) {
        throw new AssertionError("any 32 bytes are a key", e);
      }
    }

    @Override
    public String sign(String head, byte[] body) {
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(head.getBytes(US_ASCII));
        signature.update(body);
        return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
      } catch (GeneralSecurityException e) {
        throw new AssertionError("every Java has Ed25519", e);
      }
    }

    @Override
    public String toString() {
      return "v1a";
    }
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // Its message would show a character of the secret, so it is not passed on.
      return null;
    }
  }
}
