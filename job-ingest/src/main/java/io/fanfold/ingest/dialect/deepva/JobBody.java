package io.fanfold.ingest.dialect.deepva;

import static io.fanfold.ingest.dialect.Dialect.MAX_REQUEST_BYTES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The body of {@code POST /jobs/} as a submission. */
record JobBody(Sources places, WebhookSecrets secrets) {

  static final int MAX_SOURCES = 1_000;

  /** Events of a webhook, and those of the pipeline that they stand for. */
  static final Map<String, List<String>> EVENTS = events();

  private static final String BODY_PATH = "/internal/dialects/" + DeepVaDialect.NAME + "/jobs/{id}";

  /** What a job is shown with, and a client may send back as it got it. */
  private static final List<String> NOT_READ =
      List.of(
          "id",
          "state",
          "errors",
          "progress",
          "duration",
          "time_created",
          "time_started",
          "time_completed",
          "result");

  /**
   * @param base where links of this job lead when no request says so, as in a webhook
   * @throws io.fanfold.kit.ProblemException 400 naming every field at fault
   */
  JobSubmission read(JsonNode body, String project, String base) {
    var errors = new ArrayList<FieldError>();
    JsonNode asked = body.deepCopy();
    if (asked instanceof ObjectNode object) {
      object.remove(NOT_READ);
    }
    var fields = new JsonFields(asked, "", errors);
    List<String> sources = fields.stringList("sources");
    List<Item> items = items(sources, errors);
    fields.object("modules");
    JsonNode modules = asked.path("modules");
    List<Feature> features = features(modules, errors);
    String mediaType = fields.string("media_type");
    if (mediaType != null && !mediaType.equals("image")) {
      errors.add(new FieldError("media_type", "must be image; nothing else is processed"));
    }
    String tag = fields.string("tag");
    Long ttl = fields.integer("ttl");
    ObjectNode shown = Json.MAPPER.createObjectNode();
    Webhook webhook = webhook(fields.object("webhook"), project, shown, errors);
    fields.done();
    JsonFields.refuse(errors);
    sources.forEach(shown.putArray("sources")::add);
    shown.set("modules", modules);
    shown.put("base", base);
    return JobSubmission.newBuilder()
        .setProject(project)
        .setItems(items)
        .setFeatures(features)
        .setTag(tag == null || tag.isEmpty() ? null : tag)
        .setTtlSeconds(ttl)
        .setWebhook(webhook)
        .setDialect(new Dialect(DeepVaDialect.NAME, text(shown)))
        .build();
  }

  private List<Item> items(List<String> sources, List<FieldError> errors) {
    if (sources.isEmpty()) {
      errors.add(new FieldError("sources", "must have at least one source"));
    } else if (sources.size() > MAX_SOURCES) {
      errors.add(new FieldError("sources", "must have at most " + MAX_SOURCES + " sources"));
      return List.of();
    }
    var items = new ArrayList<Item>(sources.size());
    for (int i = 0; i < sources.size(); i++) {
      String uri = places.resolve(sources.get(i), "sources[" + i + "]", errors);
      items.add(Item.newBuilder().setUri(uri).build());
    }
    return items;
  }

  /**
   * Each feature once, for all modules that it stands in for; with the least of their thresholds.
   */
  private static List<Feature> features(JsonNode modules, List<FieldError> errors) {
    var thresholds = new LinkedHashMap<String, Map<String, Object>>();
    if (modules.isEmpty()) {
      errors.add(new FieldError("modules", "must have at least one of " + MiningModule.ids()));
    }
    for (Map.Entry<String, JsonNode> entry : modules.properties()) {
      String path = "modules." + entry.getKey();
      MiningModule module = MiningModule.named(entry.getKey()).orElse(null);
      if (module == null) {
        errors.add(new FieldError(path, "is not offered; there are " + MiningModule.ids()));
      } else if (!entry.getValue().isObject()) {
        errors.add(new FieldError(path, "must be an object"));
      } else {
        module.check(entry.getValue(), path, errors);
        OptionalDouble threshold = module.threshold(entry.getValue());
        Map<String, Object> own =
            threshold.isEmpty()
                ? Map.of()
                : Map.of(module.parameter(), module.featureThreshold(threshold.getAsDouble()));
        thresholds.merge(
            module.feature, own, (one, other) -> errors.isEmpty() ? lower(one, other) : one);
      }
    }
    return thresholds.entrySet().stream()
        .map(entry -> new Feature(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Of two modules that share a feature, each of which has a threshold. */
  private static Map<String, Object> lower(Map<String, Object> one, Map<String, Object> other) {
    String name = one.keySet().iterator().next();
    return (double) one.get(name) <= (double) other.get(name) ? one : other;
  }

  private Webhook webhook(
      JsonFields fields, String project, ObjectNode shown, List<FieldError> errors) {
    if (fields == null) {
      return null;
    }
    List<String> events = fields.stringList("events");
    String callback = fields.string("callback");
    fields.done();
    if (callback == null) {
      errors.add(new FieldError("webhook.callback", "is required"));
      return null;
    }
    var types = new ArrayList<String>();
    List<String> wanted = events.isEmpty() ? List.copyOf(EVENTS.keySet()) : events;
    for (String event : wanted) {
      if (EVENTS.containsKey(event)) {
        types.addAll(EVENTS.get(event));
      } else {
        errors.add(
            new FieldError(
                "webhook.events", "must be among " + String.join(", ", EVENTS.keySet())));
      }
    }
    ObjectNode echo = shown.putObject("webhook");
    ArrayNode echoed = echo.putArray("events");
    wanted.forEach(echoed::add);
    echo.put("callback", callback);
    return Webhook.newBuilder()
        .setUrl(callback)
        .setSecret(secrets.of(project))
        .setEvents(types.stream().distinct().toList())
        .setFormat(DeepVaDialect.NAME)
        .setBodyPath(BODY_PATH)
        .build();
  }

  private static String text(ObjectNode shown) {
    byte[] bytes = Json.bytes(shown);
    if (bytes.length > MAX_REQUEST_BYTES) {
      JsonFields.refuse(
          List.of(
              new FieldError(
                  "sources",
                  "must take at most "
                      + MAX_REQUEST_BYTES
                      + " bytes, modules and webhook included")));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Map<String, List<String>> events() {
    var events = new LinkedHashMap<String, List<String>>();
    events.put("on_started", List.of("job.running"));
    events.put("on_completed", List.of("job.completed"));
    events.put("on_failed", List.of("job.failed", "job.expired"));
    return events;
  }
}
