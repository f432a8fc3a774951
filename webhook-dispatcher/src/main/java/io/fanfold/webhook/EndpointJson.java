package io.fanfold.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.WebhookKey;
import java.time.Instant;
import java.util.Locale;

/** An endpoint as HTTP shows it: no secret, and no header's value. */
final class EndpointJson {

  private EndpointJson() {}

  /**
   * @param now keys that have expired by then are left out
   */
  static ObjectNode of(WebhookEndpoint endpoint, Instant now) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", endpoint.getId());
    json.put("project", endpoint.getProject());
    json.put("version", endpoint.getVersion());
    json.put("url", endpoint.getUrl());
    json.put("description", endpoint.getDescription());
    json.set("events", Json.MAPPER.valueToTree(endpoint.getEvents()));
    json.put("payload", endpoint.getPayload().name());
    json.put("progressSteps", endpoint.getProgressSteps());
    json.put("ordered", endpoint.getOrdered());
    json.put("maxPerSecond", endpoint.getMaxPerSecond());
    json.put("timeoutMs", endpoint.getTimeoutMs());
    json.put("enabled", endpoint.getEnabled());
    json.put(
        "disabledReason",
        endpoint.getDisabledReason() == null ? null : endpoint.getDisabledReason().name());
    json.put("disabledAt", text(endpoint.getDisabledAt()));
    json.set("headerNames", Json.MAPPER.valueToTree(endpoint.getHeaderNames()));
    var keys = json.putArray("keys");
    for (WebhookKey key : endpoint.getKeys()) {
      if (key.getExpiresAt() == null || key.getExpiresAt().isAfter(now)) {
        keys.addObject()
            .put("id", key.getId())
            .put("signature", key.getScheme().name().toLowerCase(Locale.ROOT))
            .put("publicKey", key.getPublicKey())
            .put("createdAt", text(key.getCreatedAt()))
            .put("expiresAt", text(key.getExpiresAt()));
      }
    }
    json.put("createdAt", text(endpoint.getCreatedAt()));
    json.put("updatedAt", text(endpoint.getUpdatedAt()));
    return json;
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
