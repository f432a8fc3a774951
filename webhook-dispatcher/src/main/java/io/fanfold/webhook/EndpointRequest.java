package io.fanfold.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.WebhookPayload;
import java.util.List;
import java.util.Map;

/** What its owner says of an endpoint. */
record EndpointRequest(
    String url,
    String description,
    List<String> events,
    WebhookPayload payload,
    int progressSteps,
    boolean ordered,
    Double maxPerSecond,
    Integer timeoutMs,
    boolean enabled,
    Map<String, String> headers) {

  private static final int DEFAULT_PROGRESS_STEPS = 10;
  private static final int MAX_DESCRIPTION = 1_024;
  private static final double MIN_PER_SECOND = 0.01;
  private static final double MAX_PER_SECOND = 10_000;
  private static final int MAX_TIMEOUT_MS = 60_000;

  /** Reads its fields by exact names and types; what is absent has its default. */
  static EndpointRequest read(JsonFields fields) {
    String url = fields.string("url");
    Integer steps = fields.int32("progressSteps");
    return new EndpointRequest(
        url == null ? "" : url,
        fields.string("description"),
        fields.stringList("events"),
        fields.oneOf("payload", WebhookPayload.class, WebhookPayload.THIN),
        steps == null ? DEFAULT_PROGRESS_STEPS : steps,
        fields.bool("ordered", false),
        fields.number("maxPerSecond"),
        fields.int32("timeoutMs"),
        fields.bool("enabled", true),
        fields.strings("headers"));
  }

  /** An endpoint as its owner would send it again, for changing some of it. */
  static ObjectNode json(WebhookEndpoint endpoint, Map<String, String> headers) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("url", endpoint.getUrl());
    json.put("description", endpoint.getDescription());
    json.set("events", Json.MAPPER.valueToTree(endpoint.getEvents()));
    json.put("payload", endpoint.getPayload().name());
    json.put("progressSteps", endpoint.getProgressSteps());
    json.put("ordered", endpoint.getOrdered());
    json.put("maxPerSecond", endpoint.getMaxPerSecond());
    json.put("timeoutMs", endpoint.getTimeoutMs());
    json.put("enabled", endpoint.getEnabled());
    json.set("headers", Json.MAPPER.valueToTree(headers));
    return json;
  }

  /** Adds what is wrong with it. */
  void check(WebhookRules rules, List<FieldError> errors) {
    rules.checkUrl("url", url, errors);
    if (description != null
        && (description.length() > MAX_DESCRIPTION
            || description.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n'))) {
      errors.add(
          new FieldError(
              "description",
              "must be at most " + MAX_DESCRIPTION + " characters, without control characters"));
    }
    WebhookRules.checkEvents("events", events, WebhookRules.ENDPOINT_EVENTS, errors);
    WebhookRules.checkProgressSteps("progressSteps", progressSteps, errors);
    if (maxPerSecond != null
        && !(maxPerSecond >= MIN_PER_SECOND && maxPerSecond <= MAX_PER_SECOND)) {
      errors.add(new FieldError("maxPerSecond", "must be 0.01 to 10000"));
    }
    if (timeoutMs != null && (timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS)) {
      errors.add(new FieldError("timeoutMs", "must be 1 to " + MAX_TIMEOUT_MS));
    }
    WebhookRules.checkHeaders("headers", headers, errors);
  }
}
