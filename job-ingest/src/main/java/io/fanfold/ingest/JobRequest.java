package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.Webhook;
import io.fanfold.schemas.WebhookPayload;
import java.util.ArrayList;
import java.util.List;

/** The body of {@code POST /v1/jobs}: JSON to a submission, by exact names and types. */
final class JobRequest {

  private static final int DEFAULT_PROGRESS_STEPS = 10;

  private JobRequest() {}

  /**
   * What the values mean is {@link SubmissionRules}' business.
   *
   * @throws io.fanfold.kit.ProblemException 400 naming every field of the wrong type or name
   */
  static JobSubmission read(JsonNode json, String project) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(json, "", errors);
    List<Item> items = fields.objects("items", JobRequest::item);
    List<Feature> features = fields.objects("features", JobRequest::feature);
    Integer priority = fields.int32("priority");
    JobSubmission submission =
        JobSubmission.newBuilder()
            .setProject(project)
            .setItems(items)
            .setManifest(manifest(fields.object("manifest")))
            .setOutputUri(fields.string("outputUri"))
            .setFeatures(features)
            .setBatchSize(fields.int32("batchSize"))
            .setName(fields.string("name"))
            .setCustomId(fields.string("customId"))
            .setFeedId(fields.string("feedId"))
            .setTag(fields.string("tag"))
            .setMetadata(fields.strings("metadata"))
            .setFailureIsolation(
                fields.oneOf("failureIsolation", FailureIsolation.class, FailureIsolation.ITEM))
            .setPriority(priority == null ? 0 : priority)
            .setWebhook(webhook(fields.object("webhook")))
            .setTtlSeconds(fields.integer("ttlSeconds"))
            .setDeadline(fields.instant("deadline"))
            .build();
    fields.done();
    JsonFields.refuse(errors);
    return submission;
  }

  private static Item item(JsonFields fields) {
    String uri = fields.string("uri");
    Item item =
        Item.newBuilder()
            .setUri(uri == null ? "" : uri)
            .setCustomId(fields.string("customId"))
            .setMediaType(fields.string("mediaType"))
            .build();
    fields.done();
    return item;
  }

  private static Manifest manifest(JsonFields fields) {
    if (fields == null) {
      return null;
    }
    String uri = fields.string("uri");
    ManifestFormat format = fields.oneOf("format", ManifestFormat.class, ManifestFormat.AUTO);
    fields.done();
    return new Manifest(uri == null ? "" : uri, format);
  }

  private static Feature feature(JsonFields fields) {
    String name = fields.string("name");
    Feature feature = new Feature(name == null ? "" : name, fields.parameters("parameters"));
    fields.done();
    return feature;
  }

  private static Webhook webhook(JsonFields fields) {
    if (fields == null) {
      return null;
    }
    String url = fields.string("url");
    Integer steps = fields.int32("progressSteps");
    Webhook webhook =
        Webhook.newBuilder()
            .setUrl(url == null ? "" : url)
            .setSecret(fields.string("secret"))
            .setSecretRef(fields.string("secretRef"))
            .setEvents(fields.stringList("events"))
            .setPayload(fields.oneOf("payload", WebhookPayload.class, WebhookPayload.THIN))
            .setProgressSteps(steps == null ? DEFAULT_PROGRESS_STEPS : steps)
            .setOrdered(fields.bool("ordered", false))
            .setHeaders(fields.strings("headers"))
            .build();
    fields.done();
    return webhook;
  }
}
