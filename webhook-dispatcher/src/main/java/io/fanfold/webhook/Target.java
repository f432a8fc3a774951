package io.fanfold.webhook;

import io.fanfold.schemas.Webhook;
import io.fanfold.schemas.WebhookEndpoint;
import java.time.Duration;
import java.util.Map;

/**
 * Where events go and what signs them.
 *
 * @param secret of a receiver that came with a job; null when secretRef names one, or none is used
 * @param headers of such a receiver
 * @param format shape and signature, as in standard
 * @param bodyPath where a dialect's body is read, or null
 * @param endpoint null for a receiver that came with a job; its secrets and headers are sealed
 */
record Target(
    String url,
    String secret,
    String secretRef,
    Map<String, String> headers,
    String format,
    String bodyPath,
    WebhookEndpoint endpoint) {

  private static final String STANDARD = "standard";

  static Target of(Webhook webhook) {
    return new Target(
        webhook.getUrl(),
        webhook.getSecret(),
        webhook.getSecretRef(),
        webhook.getHeaders(),
        webhook.getFormat(),
        webhook.getBodyPath(),
        null);
  }

  static Target of(WebhookEndpoint endpoint) {
    return new Target(endpoint.getUrl(), null, null, Map.of(), STANDARD, null, endpoint);
  }

  boolean isEnabled() {
    return endpoint == null || endpoint.getEnabled();
  }

  /** Null for any number. */
  Double maxPerSecond() {
    return endpoint == null ? null : endpoint.getMaxPerSecond();
  }

  /**
   * Time for a whole attempt.
   *
   * @param most what the dispatcher allows
   */
  Duration timeout(Duration most) {
    Integer own = endpoint == null ? null : endpoint.getTimeoutMs();
    if (own == null || own < 1) {
      return most;
    }
    Duration wanted = Duration.ofMillis(own);
    return wanted.compareTo(most) < 0 ? wanted : most;
  }

  /** The receiver as logs and records may show it: queries and user names can be secrets. */
  String publicUrl() {
    int end = url.length();
    for (char mark : new char[] {'?', '#'}) {
      int at = url.indexOf(mark);
      end = at >= 0 ? Math.min(end, at) : end;
    }
    String shown = url.substring(0, end);
    int authority = shown.indexOf("://") + 3;
    int slash = shown.indexOf('/', authority);
    int user = shown.lastIndexOf('@', slash < 0 ? shown.length() : slash);
    return authority >= 3 && user >= authority
        ? shown.substring(0, authority) + shown.substring(user + 1)
        : shown;
  }

  @Override
  public String toString() {
    return publicUrl();
  }
}
