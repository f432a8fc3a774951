package io.fanfold.ingest.dialect.imageintelligence;

import static io.fanfold.ingest.dialect.Dialect.MAX_REQUEST_BYTES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Webhook;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The body of {@code POST /v2/match} as a submission.
 *
 * @param secret signs webhooks; null for none
 */
record MatchBody(String secret) {

  static final int MAX_IMAGES = 64;

  private static final int MAX_TARGETS = 3;
  private static final int MAX_ID = 64;
  private static final int MAX_URL = 2_048;
  private static final Pattern URL = Pattern.compile("(?i)(?:https?|file|s3):");

  // What an item of a data: URI may have.
  private static final int MAX_URI = 128 * 1024;
  private static final String BLOB = "data:application/octet-stream;base64,";

  // Blobs travel within their batch's record.
  private static final int BLOBS_A_BATCH = 16;

  private static final String BODY_PATH =
      "/internal/dialects/" + ImageIntelligenceDialect.NAME + "/jobs/{id}";
  private static final List<String> EVENTS =
      List.of("job.completed", "job.failed", "job.canceled", "job.expired");

  /**
   * @throws io.fanfold.kit.ProblemException 400 naming every field at fault, 413 for a blob that is
   *     too long
   */
  JobSubmission read(JsonNode body, String project) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(body, "", errors);
    ObjectNode shown = Json.MAPPER.createObjectNode();
    ArrayNode images = shown.putArray("images");
    List<Item> items = fields.objects("images", image -> image(image, images, errors));
    if (items.isEmpty() || items.size() > MAX_IMAGES) {
      errors.add(new FieldError("images", "must have 1 to " + MAX_IMAGES + " images"));
    }
    boolean blobs = items.stream().anyMatch(item -> item.getUri().startsWith(BLOB));
    Feature feature = target(fields.object("target"), shown.putObject("target"), errors);
    String customId = id(fields, "customId", "customId", errors);
    String feedId = id(fields, "feedId", "feedId", errors);
    String webhookUrl = fields.string("webhookUrl");
    fields.done();
    JsonFields.refuse(errors);
    shown.put("webhookUrl", webhookUrl);
    return JobSubmission.newBuilder()
        .setProject(project)
        .setItems(items)
        .setFeatures(List.of(feature))
        .setBatchSize(blobs ? BLOBS_A_BATCH : null)
        .setCustomId(absentIfEmpty(customId))
        .setFeedId(absentIfEmpty(feedId))
        .setWebhook(webhookUrl == null ? null : webhook(webhookUrl))
        .setDialect(new Dialect(ImageIntelligenceDialect.NAME, text(shown)))
        .build();
  }

  private static Item image(JsonFields fields, ArrayNode images, List<FieldError> errors) {
    String path = "images[" + images.size() + "]";
    String url = fields.string("url");
    String blob = fields.string("blob");
    String customId = id(fields, "customId", path + ".customId", errors);
    fields.done();
    ObjectNode shown = images.addObject();
    if (url != null) {
      shown.put("url", url);
    }
    if (customId != null) {
      shown.put("customId", customId);
    }
    if ((url == null) == (blob == null)) {
      errors.add(new FieldError(path, "must have either a url or a blob"));
    }
    return Item.newBuilder()
        .setUri(blob == null ? url == null ? "" : url : BLOB + base64(blob, path + ".blob", errors))
        .setCustomId(absentIfEmpty(customId))
        .build();
  }

  private static String base64(String blob, String path, List<FieldError> errors) {
    String text = blob.replaceAll("\\s", "");
    int most = MAX_URI - BLOB.length();
    if (text.length() > most) {
      var error =
          new FieldError(path, "must be at most " + most + " characters; name the image by a url");
      throw new Problem(413, "BODY_TOO_LARGE", "An image is too large", path, List.of(error))
          .exception();
    }
    try {
      if (Base64.getDecoder().decode(text).length == 0) {
        errors.add(new FieldError(path, "is empty"));
      }
    } catch (IllegalArgumentException e) {
      errors.add(new FieldError(path, "must be base64"));
    }
    return text;
  }

  private static Feature target(JsonFields fields, ObjectNode shown, List<FieldError> errors) {
    if (fields == null) {
      errors.add(new FieldError("target", "is required"));
      return null;
    }
    String name = fields.string("class");
    if (name == null || name.isEmpty()) {
      errors.add(new FieldError("target.class", "is required"));
    }
    String customId = id(fields, "customId", "target.customId", errors);
    List<String> images = fields.stringList("images");
    fields.done();
    if (images.isEmpty() || images.size() > MAX_TARGETS) {
      errors.add(new FieldError("target.images", "must have 1 to " + MAX_TARGETS + " URLs"));
    }
    for (int i = 0; i < images.size(); i++) {
      if (images.get(i).length() > MAX_URL || !URL.matcher(images.get(i)).lookingAt()) {
        errors.add(
            new FieldError(
                "target.images[" + i + "]",
                "must be an http, https, file or s3 URL of at most " + MAX_URL + " characters"));
      }
    }
    shown.put("class", name);
    if (customId != null) {
      shown.put("customId", customId);
    }
    images.forEach(shown.putArray("images")::add);
    return new Feature(
        Statuses.FEATURE,
        Map.of("targets", images, "labels", Collections.nCopies(images.size(), name)));
  }

  private static String id(JsonFields fields, String name, String path, List<FieldError> errors) {
    String id = fields.string(name);
    if (id != null && id.length() > MAX_ID) {
      errors.add(new FieldError(path, "must be at most " + MAX_ID + " characters"));
    }
    return id;
  }

  private Webhook webhook(String url) {
    return Webhook.newBuilder()
        .setUrl(url)
        .setSecret(secret)
        .setEvents(EVENTS)
        .setFormat(ImageIntelligenceDialect.NAME)
        .setBodyPath(BODY_PATH)
        .build();
  }

  private static String absentIfEmpty(String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static String text(ObjectNode shown) {
    byte[] bytes = Json.bytes(shown);
    if (bytes.length > MAX_REQUEST_BYTES) {
      JsonFields.refuse(
          List.of(
              new FieldError(
                  "images", "must take at most " + MAX_REQUEST_BYTES + " bytes without blobs")));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
