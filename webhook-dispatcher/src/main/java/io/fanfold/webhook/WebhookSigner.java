package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Standard Webhooks 1.0.0 says: HMAC-SHA256 over {@code id.timestamp.body}. With several
 * secrets there is a signature for each, so that a receiver can change from one to the next.
 */
final class WebhookSigner {

  private static final String PREFIX = "whsec_";
  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;

  private final List<SecretKeySpec> keys;

  /**
   * @param secrets newest first, each whsec_ and the base64 of 24 to 64 bytes
   * @throws IllegalArgumentException when one is not; the message does not repeat it
   */
  WebhookSigner(List<String> secrets) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("there is no signing secret");
    }
    this.keys = secrets.stream().map(WebhookSigner::key).toList();
  }

  /**
   * The headers of one attempt.
   *
   * @param id the same for every attempt of an event
   * @param at when this attempt is made; receivers refuse old ones
   */
  Map<String, String> headers(String id, Instant at, byte[] body) {
    String timestamp = Long.toString(at.getEpochSecond());
    var signatures = new StringBuilder();
    for (SecretKeySpec key : keys) {
      signatures.append(signatures.isEmpty() ? "" : " ").append(sign(key, id, timestamp, body));
    }
    var headers = new LinkedHashMap<String, String>();
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", timestamp);
    headers.put("webhook-signature", signatures.toString());
    return headers;
  }

  private static String sign(SecretKeySpec key, String id, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((id + "." + timestamp + ".").getBytes(US_ASCII));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has HmacSHA256", e);
    }
  }

  private static SecretKeySpec key(String secret) {
    byte[] bytes = new byte[0];
    if (secret.startsWith(PREFIX)) {
      try {
        bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      } catch (IllegalArgumentException e) {
        // Its message would show a character of the secret, so it is not passed on.
        bytes = new byte[0];
      }
    }
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a signing secret must be whsec_ and the base64 of 24 to 64 bytes");
    }
    return new SecretKeySpec(bytes, "HmacSHA256");
  }
}
