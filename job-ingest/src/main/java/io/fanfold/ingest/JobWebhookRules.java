package io.fanfold.ingest;

import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.Webhook;
import java.util.List;
import java.util.Set;

/**
 * What the receiver that comes with a job may look like. A dialect's format has a secret of any
 * text, or none; it is for the dialects and for producers, the native HTTP API does not read it.
 */
record JobWebhookRules(WebhookRules rules) {

  private static final String STANDARD = "standard";
  private static final Set<String> DIALECTS = Set.of("deepva", "imageintelligence");
  private static final int MAX_BODY_PATH = 512;

  void check(Webhook webhook, List<FieldError> errors) {
    rules.checkUrl("webhook.url", webhook.getUrl(), errors);
    if (webhook.getFormat().equals(STANDARD)) {
      checkSecret(webhook, errors);
      if (webhook.getBodyPath() != null) {
        errors.add(new FieldError("webhook.bodyPath", "is for the formats of dialects"));
      }
    } else {
      checkDialect(webhook, errors);
    }
    WebhookRules.checkEvents(
        "webhook.events", webhook.getEvents(), WebhookRules.JOB_EVENTS, errors);
    WebhookRules.checkProgressSteps("webhook.progressSteps", webhook.getProgressSteps(), errors);
    WebhookRules.checkHeaders("webhook.headers", webhook.getHeaders(), errors);
  }

  private static void checkSecret(Webhook webhook, List<FieldError> errors) {
    if ((webhook.getSecret() == null) == (webhook.getSecretRef() == null)) {
      errors.add(
          new FieldError("webhook.secret", "is required, unless webhook.secretRef names one"));
    } else if (webhook.getSecret() != null && !WebhookRules.isSecret(webhook.getSecret())) {
      errors.add(new FieldError("webhook.secret", "must be " + WebhookRules.SECRET_FORM));
    } else {
      TextRules.check("webhook.secretRef", webhook.getSecretRef(), errors);
    }
  }

  private static void checkDialect(Webhook webhook, List<FieldError> errors) {
    if (!DIALECTS.contains(webhook.getFormat())) {
      errors.add(
          new FieldError(
              "webhook.format",
              "must be one of " + STANDARD + ", " + String.join(", ", sorted(DIALECTS))));
      return;
    }
    if (webhook.getSecret() != null && webhook.getSecretRef() != null) {
      errors.add(new FieldError("webhook.secret", "cannot be given beside webhook.secretRef"));
    }
    TextRules.check("webhook.secret", webhook.getSecret(), errors);
    TextRules.check("webhook.secretRef", webhook.getSecretRef(), errors);
    String path = webhook.getBodyPath();
    if (path == null) {
      errors.add(new FieldError("webhook.bodyPath", "is required with this format"));
    } else if (!isPath(path)) {
      errors.add(new FieldError("webhook.bodyPath", "must be a path, as in /v1/jobs/7"));
    }
  }

  /** A path and nothing that could lead to another host. */
  private static boolean isPath(String path) {
    return path.length() <= MAX_BODY_PATH
        && path.startsWith("/")
        && !path.startsWith("//")
        && path.chars().allMatch(c -> c > ' ' && c < 127 && c != '\\' && c != '#');
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }
}
