package io.fanfold.kit;

import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.net.UrlRules;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a receiver of webhook events may look like, whether it comes with a job or is an endpoint.
 *
 * @param urls what its URL may look like
 */
public record WebhookRules(UrlRules urls) {

  /** Every change of a job's status. */
  public static final List<String> STATUS_EVENTS =
      List.of(
          "job.queued",
          "job.running",
          "job.completed",
          "job.failed",
          "job.canceled",
          "job.expired");

  /** What the receiver of a job can ask for. */
  public static final List<String> JOB_EVENTS =
      List.of(
          "job.queued",
          "job.running",
          "job.progress",
          "job.completed",
          "job.failed",
          "job.canceled",
          "job.expired");

  public static final String ENDPOINT_DISABLED = "endpoint.disabled";

  /** Sent on request only; nobody can ask for it in a filter. */
  public static final String TEST = "webhook.test";

  /** What an endpoint can ask for. */
  public static final List<String> ENDPOINT_EVENTS =
      List.of(
          "job.queued",
          "job.running",
          "job.progress",
          "job.completed",
          "job.failed",
          "job.canceled",
          "job.expired",
          ENDPOINT_DISABLED);

  public static final String SECRET_FORM =
      "whsec_ and the base64 of 24 to 64 random bytes, or whsk_ and the base64 of an ed25519 key";

  public static final int MAX_PROGRESS_STEPS = 100;

  private static final int MAX_SECRET_CHARS = 128;
  private static final int SEED_BYTES = 32;
  private static final int MAX_HEADERS = 20;
  private static final int MAX_HEADER_NAME = 64;
  private static final int MAX_HEADER_VALUE = 1_024;
  private static final int MAX_HEADER_CHARS = 8 * 1024;
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  /** Headers that say how a request is framed, where it goes, or what signs it. */
  private static final Set<String> OUR_HEADERS =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "accept-encoding",
          "user-agent",
          "x-niro-signature");

  private static final List<String> OUR_PREFIXES = List.of("content-", "webhook-", "proxy-");

  public void checkUrl(String field, String url, List<FieldError> errors) {
    if (url.isEmpty()) {
      errors.add(new FieldError(field, "is required"));
    } else {
      urls.check(url).forEach(problem -> errors.add(new FieldError(field, problem)));
    }
  }

  /**
   * @param known what may be named
   */
  public static void checkEvents(
      String field, List<String> events, List<String> known, List<FieldError> errors) {
    if (events.size() > known.size()) {
      errors.add(new FieldError(field, "must be at most " + known.size() + " event types"));
      return;
    }
    for (int i = 0; i < events.size(); i++) {
      if (!known.contains(events.get(i))) {
        errors.add(
            new FieldError(field + "[" + i + "]", "must be one of " + String.join(", ", known)));
      }
    }
  }

  public static void checkProgressSteps(String field, int steps, List<FieldError> errors) {
    if (steps < 1 || steps > MAX_PROGRESS_STEPS) {
      errors.add(new FieldError(field, "must be 1 to " + MAX_PROGRESS_STEPS));
    }
  }

  /** Headers as we can send them, none of which is our own; values are not repeated. */
  public static void checkHeaders(
      String field, Map<String, String> headers, List<FieldError> errors) {
    if (headers.size() > MAX_HEADERS) {
      errors.add(new FieldError(field, "must be at most " + MAX_HEADERS + " headers"));
      return;
    }
    var seen = new HashSet<String>();
    long chars = 0;
    for (var header : headers.entrySet()) {
      String name = header.getKey();
      String at = field + "." + name;
      chars += name.length() + header.getValue().length();
      if (name.length() > MAX_HEADER_NAME || !HEADER_NAME.matcher(name).matches()) {
        errors.add(new FieldError(at, "is not a header's name"));
      } else if (isOurs(name.toLowerCase(Locale.ROOT))) {
        errors.add(new FieldError(at, "is set by the dispatcher"));
      } else if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        errors.add(new FieldError(at, "is listed twice"));
      } else if (!isValue(header.getValue())) {
        errors.add(
            new FieldError(
                at,
                "must be 1 to "
                    + MAX_HEADER_VALUE
                    + " printable ASCII characters without spaces at the ends"));
      }
    }
    if (chars > MAX_HEADER_CHARS) {
      errors.add(new FieldError(field, "must be at most " + MAX_HEADER_CHARS + " characters"));
    }
  }

  /** Whether it is {@link #SECRET_FORM}. */
  public static boolean isSecret(String secret) {
    if (secret.length() > MAX_SECRET_CHARS) {
      return false;
    }
    if (secret.startsWith("whsk_")) {
      // The seed alone, or the seed and the public key after it.
      int length = decodedLength(secret.substring("whsk_".length()));
      return length == SEED_BYTES || length == 2 * SEED_BYTES;
    }
    int length = secret.startsWith("whsec_") ? decodedLength(secret.substring(6)) : 0;
    return length >= 24 && length <= 64;
  }

  private static int decodedLength(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length;
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private static boolean isOurs(String name) {
    return OUR_HEADERS.contains(name) || OUR_PREFIXES.stream().anyMatch(name::startsWith);
  }

  private static boolean isValue(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_HEADER_VALUE
        && value.equals(value.strip())
        && value.chars().allMatch(c -> c >= ' ' && c < 127);
  }
}
