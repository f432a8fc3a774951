package io.fanfold.webhook;

import io.fanfold.schemas.SignatureScheme;
import io.fanfold.schemas.WebhookKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Makes the keys of endpoints, and says which of them still sign after a newer one has come. */
final class EndpointKeys {

  /** Each signs every attempt, so there is an end to them. */
  static final int MAX_KEYS = 10;

  private static final int SECRET_BYTES = 32;
  private static final int ED25519_BYTES = 32;
  private static final String PREFIX = "key_";

  private final SecureRandom random = new SecureRandom();

  /**
   * A key as it is stored, and what its owner is told once.
   *
   * @param shown the secret; null when the owner needs the public key only
   */
  record NewKey(WebhookKey key, String shown) {

    /** Without the secret, which must not come into a log. */
    @Override
    public String toString() {
      return key.getId();
    }
  }

  /**
   * @param keys those the endpoint has already
   */
  NewKey make(
      SignatureScheme scheme,
      SecretBox box,
      String project,
      String endpointId,
      List<WebhookKey> keys,
      Instant now) {
    String id = PREFIX + (1 + keys.stream().mapToLong(EndpointKeys::number).max().orElse(0));
    String context = context(project, endpointId, id);
    var key = WebhookKey.newBuilder().setId(id).setScheme(scheme).setCreatedAt(now);
    return switch (scheme) {
      case V1 -> {
        String secret = "whsec_" + base64(randomBytes());
        yield new NewKey(
            key.setSealedSecret(ByteBuffer.wrap(box.seal(secret, context))).build(), secret);
      }
      case V1A -> {
        KeyPair pair = ed25519();
        byte[] seed = tail(pair.getPrivate().getEncoded());
        byte[] open = tail(pair.getPublic().getEncoded());
        String secret = "whsk_" + base64(join(seed, open));
        yield new NewKey(
            key.setSealedSecret(ByteBuffer.wrap(box.seal(secret, context)))
                .setPublicKey("whpk_" + base64(open))
                .build(),
            null);
      }
    };
  }

  /** What a key is sealed with. */
  static String context(String project, String endpointId, String keyId) {
    return project + "/" + endpointId + "/" + keyId;
  }

  /**
   * The keys once there is a newer one: those before it sign until the overlap is over, and no
   * longer than they would have.
   */
  static List<WebhookKey> rotated(
      WebhookKey newest, List<WebhookKey> keys, Duration overlap, Instant now) {
    Instant end = now.plus(overlap);
    var kept = new ArrayList<WebhookKey>();
    kept.add(newest);
    for (WebhookKey key : keys) {
      Instant expires =
          key.getExpiresAt() == null || key.getExpiresAt().isAfter(end) ? end : key.getExpiresAt();
      if (expires.isAfter(now) && kept.size() < MAX_KEYS) {
        kept.add(WebhookKey.newBuilder(key).setExpiresAt(expires).build());
      }
    }
    return kept;
  }

  private static long number(WebhookKey key) {
    String digits = key.getId().startsWith(PREFIX) ? key.getId().substring(PREFIX.length()) : "";
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
  }

  private byte[] randomBytes() {
    var bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private KeyPair ed25519() {
    try {
      var generator = KeyPairGenerator.getInstance("Ed25519");
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java since 15 has Ed25519", e);
    }
  }

  /** Both encodings of an ed25519 key, PKCS 8 and X.509, end in the key itself. */
  private static byte[] tail(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length);
  }

  private static byte[] join(byte[] seed, byte[] open) {
    return ByteBuffer.allocate(seed.length + open.length).put(seed).put(open).array();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
