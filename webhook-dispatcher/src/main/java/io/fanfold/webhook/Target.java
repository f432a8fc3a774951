package io.fanfold.webhook;

import io.fanfold.schemas.Webhook;

/**
 * Where a job's events go and what signs them.
 *
 * @param secret null when secretRef names one
 */
record Target(String url, String secret, String secretRef) {

  static Target of(Webhook webhook) {
    return new Target(webhook.getUrl(), webhook.getSecret(), webhook.getSecretRef());
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
