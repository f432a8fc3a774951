package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.WebhookEndpoint;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;

/**
 * An event that is about an endpoint and not about a job.
 *
 * @param id the webhook-id of every attempt
 * @param type as in endpoint.disabled
 * @param project the tenant
 * @param body JSON
 */
record EndpointEvent(String id, String type, String project, String body) {

  /** The same for the same version of an endpoint, however often it is made. */
  static EndpointEvent disabled(WebhookEndpoint endpoint) {
    ObjectNode json = json(WebhookRules.ENDPOINT_DISABLED, endpoint.getDisabledAt(), endpoint);
    ((ObjectNode) json.get("data"))
        .put("url", withoutQuery(endpoint.getUrl()))
        .put("reason", endpoint.getDisabledReason().name())
        .put("disabledAt", endpoint.getDisabledAt().toString());
    return new EndpointEvent(
        id(endpoint.getProject() + "\n" + endpoint.getId() + "\n" + endpoint.getVersion()),
        WebhookRules.ENDPOINT_DISABLED,
        endpoint.getProject(),
        json.toString());
  }

  /**
   * @param unique no other test has it
   */
  static EndpointEvent test(WebhookEndpoint endpoint, String unique, Instant at) {
    ObjectNode json = json(WebhookRules.TEST, at, endpoint);
    return new EndpointEvent(
        id(endpoint.getProject() + "\n" + endpoint.getId() + "\ntest\n" + unique),
        WebhookRules.TEST,
        endpoint.getProject(),
        json.toString());
  }

  /**
   * @param endpointId the one receiver, or null for every endpoint that wants the type
   */
  DeliveryCommand send(String endpointId) {
    return DeliveryCommand.newBuilder()
        .setProject(project)
        .setAction(DeliveryAction.SEND)
        .setEndpointId(endpointId)
        .setEventId(id)
        .setEventType(type)
        .setBody(body)
        .build();
  }

  private static ObjectNode json(String type, Instant at, WebhookEndpoint endpoint) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("type", type);
    json.put("timestamp", at.toString());
    json.putObject("data")
        .put("endpointId", endpoint.getId())
        .put("project", endpoint.getProject());
    return json;
  }

  /** A query can be a secret, and others read this. */
  private static String withoutQuery(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }

  private static String id(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "evt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 27);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
