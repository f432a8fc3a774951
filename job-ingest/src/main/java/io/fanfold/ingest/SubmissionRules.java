package io.fanfold.ingest;

import io.fanfold.kit.Names;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.Webhook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
  static final Set<String> EVENTS =
      Set.of(
          "job.queued",
          "job.running",
          "job.completed",
          "job.failed",
          "job.canceled",
          "job.expired");

  static final String SUBMISSION_ID_FORM = "1 to 64 printable ASCII characters without spaces";
  private static final int MAX_SUBMISSION_ID = 64;
  private static final int MAX_FEATURES = 10;
  private static final int MAX_TEXT = ItemRules.MAX_TEXT;
  private static final int MAX_URI = ItemRules.MAX_URI;

  // A job's parameters stand in its header and in each state, which have to fit Kafka's default of
  // 1 MiB in any script.
  private static final int MAX_PARAMETER_CHARS = 256 * 1024;

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
    checkFeatures(submission.getFeatures(), errors);
    Integer batchSize = submission.getBatchSize();
    if (batchSize != null && (batchSize < 1 || batchSize > MAX_BATCH_SIZE)) {
      errors.add(new FieldError("batchSize", "must be 1 to " + MAX_BATCH_SIZE));
    }
    checkText("name", submission.getName(), errors);
    checkText("customId", submission.getCustomId(), errors);
    checkText("feedId", submission.getFeedId(), errors);
    checkText("tag", submission.getTag(), errors);
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
    if (submission.getWebhook() != null) {
      checkWebhook(submission.getWebhook(), errors);
    }
    return errors;
  }

  /**
   * Whether the features exist and take these parameters. Workers know for certain; this spares the
   * caller a job that cannot succeed.
   */
  static List<FieldError> checkOffered(JobSubmission submission, Map<String, FeatureOffer> offers) {
    var errors = new ArrayList<FieldError>();
    for (int i = 0; i < submission.getFeatures().size(); i++) {
      Feature feature = submission.getFeatures().get(i);
      String field = "features[" + i + "]";
      FeatureOffer offer = offers.get(feature.getName());
      if (offer == null) {
        errors.add(
            new FieldError(
                field + ".name",
                "is not offered; there are " + String.join(", ", offers.keySet())));
      } else {
        checkParameters(field + ".parameters", feature.getParameters(), offer, errors);
      }
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
      checkItem(i, "customId", ItemRules.textProblem(item.getCustomId()), errors);
      checkItem(i, "mediaType", ItemRules.textProblem(item.getMediaType()), errors);
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
    } else if (uri.length() > MAX_URI) {
      errors.add(new FieldError(field, "must be at most " + MAX_URI + " characters"));
    } else if (!ItemRules.isText(uri)) {
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

  private static void checkFeatures(List<Feature> features, List<FieldError> errors) {
    if (features.isEmpty()) {
      errors.add(new FieldError("features", "must have at least one feature"));
    } else if (features.size() > MAX_FEATURES) {
      errors.add(new FieldError("features", "must have at most " + MAX_FEATURES + " features"));
      return;
    }
    if (features.stream().mapToLong(feature -> chars(feature.getParameters())).sum()
        > MAX_PARAMETER_CHARS) {
      errors.add(
          new FieldError(
              "features",
              "must have at most " + MAX_PARAMETER_CHARS + " characters of parameters"));
    }
    var names = new HashSet<String>();
    for (int i = 0; i < features.size(); i++) {
      String name = features.get(i).getName();
      String field = "features[" + i + "].name";
      if (name.isEmpty()) {
        errors.add(new FieldError(field, "is required"));
      } else if (name.length() > MAX_TEXT || !ItemRules.isText(name)) {
        errors.add(new FieldError(field, "is not a feature's name"));
      } else if (!names.add(name)) {
        errors.add(new FieldError(field, "is listed twice"));
      }
    }
  }

  private static long chars(Map<String, Object> parameters) {
    long sum = 0;
    for (var parameter : parameters.entrySet()) {
      sum += parameter.getKey().length();
      if (parameter.getValue() instanceof CharSequence text) {
        sum += text.length();
      } else if (parameter.getValue() instanceof List<?> list) {
        sum += list.stream().mapToLong(element -> element.toString().length() + 1).sum();
      } else {
        sum += Double.BYTES;
      }
    }
    return sum;
  }

  private static void checkParameters(
      String field, Map<String, Object> parameters, FeatureOffer offer, List<FieldError> errors) {
    for (String name : parameters.keySet()) {
      if (offer.getParameters().stream().noneMatch(known -> known.getName().equals(name))) {
        errors.add(new FieldError(field + "." + name, "is not a parameter of " + offer.getName()));
      }
    }
    for (ParameterOffer known : offer.getParameters()) {
      Object value = parameters.get(known.getName());
      String at = field + "." + known.getName();
      if (value == null) {
        if (known.getRequired()) {
          errors.add(new FieldError(at, "is required"));
        }
        continue;
      }
      Double size =
          switch (known.getType()) {
            case BOOLEAN -> value instanceof Boolean ? 0d : null;
            case INTEGER -> value instanceof Long number ? (double) number : null;
            case NUMBER -> value instanceof Number number ? number.doubleValue() : null;
            case STRING -> value instanceof CharSequence ? 0d : null;
            case STRINGS -> value instanceof List<?> list ? (double) list.size() : null;
          };
      if (size == null) {
        errors.add(
            new FieldError(
                at, "must be of type " + known.getType().name().toLowerCase(Locale.ROOT)));
      } else if (known.getMinimum() != null && size < known.getMinimum()
          || known.getMaximum() != null && size > known.getMaximum()) {
        errors.add(new FieldError(at, "must be " + range(known)));
      }
    }
  }

  private static String range(ParameterOffer known) {
    if (known.getMinimum() == null) {
      return "at most " + known.getMaximum();
    }
    return known.getMaximum() == null
        ? "at least " + known.getMinimum()
        : known.getMinimum() + " to " + known.getMaximum();
  }

  private void checkWebhook(Webhook webhook, List<FieldError> errors) {
    if (webhook.getUrl().isEmpty()) {
      errors.add(new FieldError("webhook.url", "is required"));
    } else {
      for (String problem : webhookUrls.check(webhook.getUrl())) {
        errors.add(new FieldError("webhook.url", problem));
      }
    }
    if ((webhook.getSecret() == null) == (webhook.getSecretRef() == null)) {
      errors.add(
          new FieldError("webhook.secret", "is required, unless webhook.secretRef names one"));
    } else if (webhook.getSecret() != null && !isSecret(webhook.getSecret())) {
      errors.add(
          new FieldError(
              "webhook.secret", "must be whsec_ and the base64 of 24 to 64 random bytes"));
    } else {
      checkText("webhook.secretRef", webhook.getSecretRef(), errors);
    }
    if (webhook.getEvents().size() > EVENTS.size()) {
      errors.add(
          new FieldError("webhook.events", "must be at most " + EVENTS.size() + " event types"));
      return;
    }
    for (int i = 0; i < webhook.getEvents().size(); i++) {
      if (!EVENTS.contains(webhook.getEvents().get(i))) {
        errors.add(
            new FieldError(
                "webhook.events[" + i + "]",
                "must be one of " + String.join(", ", EVENTS.stream().sorted().toList())));
      }
    }
  }

  private static boolean isSecret(String secret) {
    if (!secret.startsWith("whsec_") || secret.length() > 128) {
      return false;
    }
    try {
      int length = Base64.getDecoder().decode(secret.substring("whsec_".length())).length;
      return length >= 24 && length <= 64;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void checkMetadata(Map<String, String> metadata, List<FieldError> errors) {
    if (metadata.size() > MAX_METADATA) {
      errors.add(new FieldError("metadata", "must have at most " + MAX_METADATA + " entries"));
      return;
    }
    metadata.forEach(
        (key, value) -> {
          if (key.isEmpty() || key.length() > MAX_METADATA_KEY || !ItemRules.isText(key)) {
            errors.add(
                new FieldError(
                    "metadata", "has a key that is empty, too long or has control characters"));
          } else if (value.length() > MAX_METADATA_VALUE
              || value.indexOf('\0') >= 0
              || hasLoneSurrogate(value)) {
            errors.add(
                new FieldError(
                    "metadata." + key,
                    "must be at most " + MAX_METADATA_VALUE + " characters of text"));
          }
        });
  }

  private static void checkText(String field, String text, List<FieldError> errors) {
    String problem = ItemRules.textProblem(text);
    if (problem != null) {
      errors.add(new FieldError(field, problem));
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
