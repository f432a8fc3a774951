package io.fanfold.ingest.dialect.deepva;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** What webhooks of each project are signed with. Never printed. */
final class WebhookSecrets {

  private static final int MAX_CHARS = 256;

  private final String common;
  private final Map<String, String> byProject;

  private WebhookSecrets(String common, Map<String, String> byProject) {
    this.common = common;
    this.byProject = Map.copyOf(byProject);
  }

  /**
   * @param common for projects without one of their own; null for none
   * @param pairs {@code PROJECT:SECRET}, comma-separated; null for none
   * @throws ConfigException when one is none; its text is not repeated
   */
  static WebhookSecrets parse(Password common, Password pairs) {
    var byProject = new HashMap<String, String>();
    String text = pairs == null ? "" : pairs.value();
    int nth = 0;
    for (String pair : text.isBlank() ? new String[0] : text.split(",")) {
      nth++;
      int colon = pair.indexOf(':');
      String secret = pair.substring(colon + 1).trim();
      if (colon < 1 || !isSecret(secret)) {
        throw new ConfigException(
            DeepVaDialect.WEBHOOK_SECRETS, "[hidden]", "entry " + nth + " must be PROJECT:SECRET");
      }
      byProject.put(pair.substring(0, colon).trim(), secret);
    }
    String everyone = common == null || common.value().isEmpty() ? null : common.value();
    if (everyone != null && !isSecret(everyone)) {
      throw new ConfigException(
          DeepVaDialect.WEBHOOK_SECRET,
          "[hidden]",
          "must be 1 to " + MAX_CHARS + " characters of text");
    }
    return new WebhookSecrets(everyone, byProject);
  }

  /** Null where nothing is signed. */
  String of(String project) {
    return byProject.getOrDefault(project, common);
  }

  private static boolean isSecret(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_CHARS
        && text.chars().noneMatch(Character::isISOControl);
  }
}
