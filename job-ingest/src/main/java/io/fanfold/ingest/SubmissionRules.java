package io.fanfold.ingest;

import io.fanfold.kit.Names;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.WebhookRules;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a submission may say. The same rules for HTTP and for producers: the one answers a problem
 * document with these errors, the other makes a FAILED job of the first.
 *
 * @param maxItems most inline items
 * @param webhookUrls what webhook URLs may look like
 */
record SubmissionRules(int maxItems, UrlRules webhookUrls) {

  static final int MAX_BATCH_SIZE = 1_000;

  static final String SUBMISSION_ID_FORM = "1 to 64 printable ASCII characters without spaces";
  private static final int MAX_SUBMISSION_ID = 64;

  private static final Instant LAST_DEADLINE = Instant.parse("9999-12-31T23:59:59.999999Z");
  private static final int MAX_METADATA = 50;
  private static final int MAX_METADATA_KEY = 64;
  private static final int MAX_METADATA_VALUE = 512;
  private static final int MAX_PRIORITY = 100;
  static final long MAX_TTL_SECONDS = 10L * 366 * 24 * 3600;
  private static final int MAX_ERRORS = 20;
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
  private static final List<String> MANIFEST_SCHEMES = List.of("file", "http", "https", "s3");
  private static final List<String> OUTPUT_SCHEMES = List.of("file", "s3");

  /** What is wrong, by field; empty means the submission is good. */
  List<FieldError> check(JobSubmission submission) {
    var errors = new ArrayList<FieldError>();
    if (!Names.isProject(submission.getProject())) {
      errors.add(new FieldError("project", "must match " + Names.PROJECT_PATTERN));
    }
    if (submission.getManifest() == null) {
      checkItems(submission.getItems(), errors);
    } else {
      if (!submission.getItems().isEmpty()) {
        errors.add(new FieldError("manifest", "cannot be given beside items"));
      }
      checkPlace("manifest.uri", submission.getManifest().getUri(), MANIFEST_SCHEMES, errors);
    }
    if (submission.getOutputUri() != null) {
      checkPlace("outputUri", submission.getOutputUri(), OUTPUT_SCHEMES, errors);
    }
    checkSubmissionId(submission.getSubmissionId(), errors);
    FeatureRules.check(submission.getFeatures(), errors);
    Integer batchSize = submission.getBatchSize();
    if (batchSize != null && (batchSize < 1 || batchSize > MAX_BATCH_SIZE)) {
      errors.add(new FieldError("batchSize", "must be 1 to " + MAX_BATCH_SIZE));
    }
    TextRules.check("name", submission.getName(), errors);
    TextRules.check("customId", submission.getCustomId(), errors);
    TextRules.check("feedId", submission.getFeedId(), errors);
    TextRules.check("tag", submission.getTag(), errors);
    checkMetadata(submission.getMetadata(), errors);
    if (Math.abs((long) submission.getPriority()) > MAX_PRIORITY) {
      errors.add(new FieldError("priority", "must be -" + MAX_PRIORITY + " to " + MAX_PRIORITY));
    }
    Long ttl = submission.getTtlSeconds();
    if (ttl != null && (ttl < 1 || ttl > MAX_TTL_SECONDS)) {
      errors.add(new FieldError("ttlSeconds", "must be 1 to " + MAX_TTL_SECONDS));
    }
    Instant deadline = submission.getDeadline();
    if (deadline != null && (deadline.isBefore(Instant.EPOCH) || deadline.isAfter(LAST_DEADLINE))) {
      errors.add(new FieldError("deadline", "must be in the years 1970 to 9999"));
    }
    if (submission.getDialect() != null) {
      DialectRules.check(submission.getDialect(), errors);
    }
    if (submission.getWebhook() != null) {
      new JobWebhookRules(new WebhookRules(webhookUrls)).check(submission.getWebhook(), errors);
    }
    return errors;
  }

  private void checkItems(List<Item> items, List<FieldError> errors) {
    if (items.isEmpty()) {
      errors.add(new FieldError("items", "must have at least one item"));
    } else if (items.size() > maxItems) {
      errors.add(new FieldError("items", "must have at most " + maxItems + " items"));
      return;
    }
    for (int i = 0; i < items.size() && errors.size() < MAX_ERRORS; i++) {
      Item item = items.get(i);
      checkItem(i, "uri", ItemRules.uriProblem(item.getUri(), ItemRules.MAX_DATA_URI), errors);
      checkItem(i, "customId", TextRules.problem(item.getCustomId()), errors);
      checkItem(i, "mediaType", TextRules.problem(item.getMediaType()), errors);
    }
  }

  private static void checkItem(int index, String field, String problem, List<FieldError> errors) {
    if (problem != null) {
      errors.add(new FieldError("items[" + index + "]." + field, problem));
    }
  }

  private static void checkPlace(
      String field, String uri, List<String> schemes, List<FieldError> errors) {
    var scheme = SCHEME.matcher(uri);
    if (uri.isEmpty()) {
      errors.add(new FieldError(field, "is required"));
    } else if (uri.length() > ItemRules.MAX_URI) {
      errors.add(new FieldError(field, "must be at most " + ItemRules.MAX_URI + " characters"));
    } else if (!TextRules.isText(uri)) {
      errors.add(new FieldError(field, "must not have control characters"));
    } else if (!scheme.matches() || !schemes.contains(scheme.group(1).toLowerCase(Locale.ROOT))) {
      errors.add(new FieldError(field, "must be a URI with " + String.join(":, ", schemes) + ":"));
    } else {
      String problem = ItemRules.placeProblem(scheme.group(1).toLowerCase(Locale.ROOT), uri);
      if (problem != null) {
        errors.add(new FieldError(field, problem));
      }
    }
  }

  private static void checkSubmissionId(String id, List<FieldError> errors) {
    if (id != null && !isSubmissionId(id)) {
      errors.add(new FieldError("submissionId", "must be " + SUBMISSION_ID_FORM));
    }
  }

  /** Whether it can be a submission id, and an Idempotency-Key. */
  static boolean isSubmissionId(String id) {
    return !id.isEmpty()
        && id.length() <= MAX_SUBMISSION_ID
        && id.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private static void checkMetadata(Map<String, String> metadata, List<FieldError> errors) {
    if (metadata.size() > MAX_METADATA) {
      errors.add(new FieldError("metadata", "must have at most " + MAX_METADATA + " entries"));
      return;
    }
    metadata.forEach(
        (key, value) -> {
          if (key.isEmpty() || key.length() > MAX_METADATA_KEY || !TextRules.isText(key)) {
            errors.add(
                new FieldError(
                    "metadata", "has a key that is empty, too long or has control characters"));
          } else if (value.length() > MAX_METADATA_VALUE
              || value.indexOf('\0') >= 0
              || TextRules.hasLoneSurrogate(value)) {
            errors.add(
                new FieldError(
                    "metadata." + key,
                    "must be at most " + MAX_METADATA_VALUE + " characters of text"));
          }
        });
  }
}
