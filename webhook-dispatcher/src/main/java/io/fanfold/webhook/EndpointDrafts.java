package io.fanfold.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.DisabledReason;
import io.fanfold.schemas.SignatureScheme;
import io.fanfold.schemas.WebhookEndpoint;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Endpoints as they would be after a request, checked and with what is secret sealed. */
final class EndpointDrafts {

  private static final int DEFAULT_OVERLAP_SECONDS = 86_400;
  private static final int MAX_OVERLAP_SECONDS = 604_800;
  private static final String ID_LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_CHARS = 22;

  private final WebhookRules rules;
  private final SecretBox box;
  private final Clock clock;
  private final EndpointKeys keys = new EndpointKeys();
  private final SecureRandom random = new SecureRandom();

  /**
   * An endpoint as it would be.
   *
   * @param key a key that was made for it, or null
   */
  record Draft(WebhookEndpoint endpoint, EndpointKeys.NewKey key) {}

  /**
   * @param box without a key while none is configured
   */
  EndpointDrafts(WebhookRules rules, SecretBox box, Clock clock) {
    this.rules = rules;
    this.box = box;
    this.clock = clock;
  }

  /**
   * @throws io.fanfold.kit.ProblemException 400 naming every field at fault, 503 without a master
   *     key
   */
  Draft create(JsonNode body, String project) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(body, "", errors);
    EndpointRequest request = EndpointRequest.read(fields);
    SignatureScheme scheme = scheme(fields, SignatureScheme.V1, errors);
    fields.done();
    check(request, errors);
    String id = newId();
    Instant now = now();
    EndpointKeys.NewKey key = keys.make(scheme, box(), project, id, List.of(), now);
    var endpoint =
        WebhookEndpoint.newBuilder()
            .setId(id)
            .setProject(project)
            .setVersion(0)
            .setUrl(request.url())
            .setKeys(List.of(key.key()))
            .setCreatedAt(now)
            .setUpdatedAt(now);
    put(endpoint, request);
    putHeaders(endpoint, request.headers());
    return new Draft(endpoint.build(), key);
  }

  /**
   * @param patch a JSON merge patch of what the owner has said
   * @throws io.fanfold.kit.ProblemException 400 naming every field at fault
   */
  WebhookEndpoint changed(WebhookEndpoint endpoint, JsonNode patch) {
    Map<String, String> headers = headers(endpoint);
    ObjectNode merged = EndpointRequest.json(endpoint, headers);
    merge(merged, patch);
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(merged, "", errors);
    EndpointRequest request = EndpointRequest.read(fields);
    fields.done();
    check(request, errors);
    Instant now = now();
    var next = WebhookEndpoint.newBuilder(endpoint).setUpdatedAt(now);
    put(next, request);
    if (request.enabled()) {
      next.setDisabledReason(null).setDisabledAt(null);
    } else if (endpoint.getEnabled()) {
      next.setDisabledReason(DisabledReason.BY_USER).setDisabledAt(now);
    }
    if (!request.headers().equals(headers)) {
      putHeaders(next, request.headers());
    }
    return next.build();
  }

  /**
   * The endpoint with another key, those before it signing for a while.
   *
   * @throws io.fanfold.kit.ProblemException 400 naming every field at fault, 503 without a master
   *     key
   */
  Draft rotated(WebhookEndpoint endpoint, JsonNode body) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(body, "", errors);
    Integer given = fields.int32("overlapSeconds");
    SignatureScheme newest =
        endpoint.getKeys().isEmpty() ? SignatureScheme.V1 : endpoint.getKeys().get(0).getScheme();
    SignatureScheme scheme = scheme(fields, newest, errors);
    fields.done();
    int overlap = given == null ? DEFAULT_OVERLAP_SECONDS : given;
    if (overlap < 0 || overlap > MAX_OVERLAP_SECONDS) {
      errors.add(new FieldError("overlapSeconds", "must be 0 to " + MAX_OVERLAP_SECONDS));
    }
    JsonFields.refuse(errors);
    Instant now = now();
    EndpointKeys.NewKey key =
        keys.make(scheme, box(), endpoint.getProject(), endpoint.getId(), endpoint.getKeys(), now);
    var next =
        WebhookEndpoint.newBuilder(endpoint)
            .setKeys(
                EndpointKeys.rotated(
                    key.key(), endpoint.getKeys(), Duration.ofSeconds(overlap), now))
            .setUpdatedAt(now)
            .build();
    return new Draft(next, key);
  }

  /** What an endpoint's headers are sealed with. */
  static String headersContext(WebhookEndpoint endpoint) {
    return endpoint.getProject() + "/" + endpoint.getId() + "/headers";
  }

  private void check(EndpointRequest request, List<FieldError> errors) {
    request.check(rules, errors);
    JsonFields.refuse(errors);
  }

  private static void put(WebhookEndpoint.Builder endpoint, EndpointRequest request) {
    endpoint
        .setUrl(request.url())
        .setDescription(request.description())
        .setEvents(request.events())
        .setPayload(request.payload())
        .setProgressSteps(request.progressSteps())
        .setOrdered(request.ordered())
        .setMaxPerSecond(request.maxPerSecond())
        .setTimeoutMs(request.timeoutMs())
        .setEnabled(request.enabled());
  }

  private void putHeaders(WebhookEndpoint.Builder endpoint, Map<String, String> headers) {
    endpoint.setHeaderNames(List.copyOf(headers.keySet()));
    if (headers.isEmpty()) {
      endpoint.setSealedHeaders(null);
      return;
    }
    String json = Json.MAPPER.valueToTree(headers).toString();
    String context = endpoint.getProject() + "/" + endpoint.getId() + "/headers";
    endpoint.setSealedHeaders(ByteBuffer.wrap(box().seal(json, context)));
  }

  private Map<String, String> headers(WebhookEndpoint endpoint) {
    if (endpoint.getSealedHeaders() == null) {
      return Map.of();
    }
    ByteBuffer sealed = endpoint.getSealedHeaders().duplicate();
    var bytes = new byte[sealed.remaining()];
    sealed.get(bytes);
    try {
      return Json.MAPPER.readValue(
          box().open(bytes, headersContext(endpoint)), new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the headers of " + endpoint.getId() + " are no JSON", e);
    }
  }

  /** RFC 7396: null takes a field away, and an object is merged and not replaced. */
  private static void merge(ObjectNode target, JsonNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                target.remove(field.getKey());
              } else if (field.getValue().isObject()
                  && target.get(field.getKey()) instanceof ObjectNode inner) {
                merge(inner, field.getValue());
              } else {
                target.set(field.getKey(), field.getValue());
              }
            });
  }

  private static SignatureScheme scheme(
      JsonFields fields, SignatureScheme absent, List<FieldError> errors) {
    String given = fields.string("signature");
    if (given == null) {
      return absent;
    }
    switch (given) {
      case "v1":
        return SignatureScheme.V1;
      case "v1a":
        return SignatureScheme.V1A;
      default:
        errors.add(new FieldError("signature", "must be v1 or v1a"));
        return absent;
    }
  }

  private SecretBox box() {
    if (!box.canSeal()) {
      throw Problem.of(
              503,
              "NO_MASTER_KEY",
              "Secrets cannot be kept here",
              "No master key is configured: set "
                  + WebhookDispatcherConfig.MASTER_KEYS
                  + " of webhook-dispatcher.")
          .exception();
    }
    return box;
  }

  private String newId() {
    var id = new StringBuilder("ep_");
    for (int i = 0; i < ID_CHARS; i++) {
      id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
    }
    return id.toString();
  }

  /** As precise as a record's times are. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
