package io.fanfold.webhook;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Signs as Standard Webhooks 1.0.0 says: over {@code id.timestamp.body}, with HMAC-SHA256 or
 * ed25519. With several secrets there is a signature for each, so that a receiver can change from
 * one to the next.
 */
final class WebhookSigner {

  private final List<SigningKey> keys;

  /**
   * @param secrets newest first, each as {@link SigningKey#of} takes it
   * @throws IllegalArgumentException when one is not; the message does not repeat it
   */
  WebhookSigner(List<String> secrets) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("there is no signing secret");
    }
    this.keys = secrets.stream().map(SigningKey::of).toList();
  }

  /**
   * The headers of one attempt.
   *
   * @param id the same for every attempt of an event
   * @param at when this attempt is made; receivers refuse old ones
   */
  Map<String, String> headers(String id, Instant at, byte[] body) {
    String timestamp = Long.toString(at.getEpochSecond());
    String head = id + "." + timestamp + ".";
    var headers = new LinkedHashMap<String, String>();
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", timestamp);
    headers.put(
        "webhook-signature",
        keys.stream().map(key -> key.sign(head, body)).collect(Collectors.joining(" ")));
    return headers;
  }
}
