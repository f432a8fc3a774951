package io.fanfold.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.fanfold.kit.Json;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.WebhookKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What signs the events of a target, and its headers, in the clear for as long as one attempt. */
final class TargetSecrets {

  private final Map<String, String> named;
  private final SecretBox box;

  /**
   * @param named secrets by the names that jobs refer to
   * @param box for those of endpoints
   */
  TargetSecrets(Map<String, String> named, SecretBox box) {
    this.named = Map.copyOf(named);
    this.box = box;
  }

  /**
   * All secrets that sign now, newest first; none where the target has none.
   *
   * @throws ImpossibleAttemptException when it names one that is not configured
   * @throws SecretBox.UnopenableException when one cannot be opened here
   */
  List<String> signing(Target target, Instant now) throws ImpossibleAttemptException {
    if (target.endpoint() != null) {
      return signing(target.endpoint(), now);
    }
    if (target.secret() != null) {
      return List.of(target.secret());
    }
    if (target.secretRef() == null) {
      return List.of();
    }
    String secret = named.get(target.secretRef());
    if (secret == null) {
      throw new ImpossibleAttemptException(
          "no secret named %s is configured (webhook.secrets)".formatted(target.secretRef()));
    }
    return List.of(secret);
  }

  /**
   * @throws SecretBox.UnopenableException when they cannot be opened here
   */
  Map<String, String> headers(Target target) {
    WebhookEndpoint endpoint = target.endpoint();
    if (endpoint == null) {
      return target.headers();
    }
    if (endpoint.getSealedHeaders() == null) {
      return Map.of();
    }
    String json = box.open(bytes(endpoint.getSealedHeaders()), context(endpoint, "headers"));
    try {
      return Json.MAPPER.readValue(json, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      // Not passed on: the message would show a part of a header.
      throw new IllegalStateException("sealed headers of " + endpoint.getId() + " are no JSON");
    }
  }

  private List<String> signing(WebhookEndpoint endpoint, Instant now) {
    var secrets = new ArrayList<String>();
    for (WebhookKey key : endpoint.getKeys()) {
      if (key.getExpiresAt() == null || now.isBefore(key.getExpiresAt())) {
        secrets.add(box.open(bytes(key.getSealedSecret()), context(endpoint, key.getId())));
      }
    }
    return secrets;
  }

  /** What a secret of an endpoint is sealed for. */
  private static String context(WebhookEndpoint endpoint, String what) {
    return endpoint.getProject() + "/" + endpoint.getId() + "/" + what;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
