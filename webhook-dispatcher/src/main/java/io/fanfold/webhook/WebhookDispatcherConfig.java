package io.fanfold.webhook;

import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.UrlRules;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** The keys of webhook-dispatcher. */
public final class WebhookDispatcherConfig {

  public static final String ALLOW_HTTP = "webhook.allow.http";
  public static final String PORTS = "webhook.ports";
  public static final String ALLOWED_CIDRS = "webhook.allowed.cidrs";
  public static final String TIMEOUT_MS = "webhook.timeout.ms";
  public static final String RETRY_DELAYS = "webhook.retry.delays";
  public static final String THREADS = "webhook.threads";
  public static final String SECRETS = "webhook.secrets";
  public static final String MASTER_KEYS = "webhook.master.keys";
  public static final String BREAKER_FAILURES = "webhook.breaker.failures";
  public static final String BREAKER_PAUSE_MS = "webhook.breaker.pause.ms";
  public static final String DISABLE_AFTER_MS = "webhook.disable.after.ms";
  public static final String RETENTION_MS = "webhook.retention.ms";
  public static final String JOBS_URL = "webhook.jobs.url";

  private WebhookDispatcherConfig() {}

  public static ConfigDef definition() {
    return ServiceConfig.common(8084)
        .define(
            ALLOW_HTTP,
            Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether webhook URLs may be plain http.")
        .define(
            PORTS,
            Type.LIST,
            "443,8443",
            Importance.LOW,
            "Ports webhook URLs may name; * allows all.")
        .define(
            ALLOWED_CIDRS,
            Type.LIST,
            "",
            Importance.LOW,
            "Networks webhooks may reach although they are not public, as in 10.1.0.0/16.")
        .define(
            TIMEOUT_MS,
            Type.INT,
            15_000,
            Range.between(1, 60_000),
            Importance.MEDIUM,
            "Time for a whole attempt, from name lookup to the end of the answer, in milliseconds.")
        .define(
            RETRY_DELAYS,
            Type.LIST,
            "PT5S,PT5M,PT30M,PT2H,PT5H,PT10H,PT14H,PT20H,PT24H",
            Importance.MEDIUM,
            "Pauses after failed attempts, ISO 8601 durations; when they are used up the delivery is"
                + " given up. 20 % jitter either way.")
        .define(
            THREADS,
            Type.INT,
            256,
            Range.between(1, 4096),
            Importance.LOW,
            "Attempts at a time, of all receivers; one receiver gets at most 8.")
        .define(
            SECRETS + ".*",
            Type.PASSWORD,
            "",
            Importance.MEDIUM,
            "Signing secrets by the name that a job's webhook.secretRef gives.")
        .define(
            MASTER_KEYS,
            Type.PASSWORD,
            "",
            Importance.HIGH,
            "Keys that encrypt the secrets of webhook endpoints, each the base64 of 32 bytes,"
                + " comma-separated. The first encrypts, all decrypt. Without one no endpoint can be"
                + " made.")
        .define(
            BREAKER_FAILURES,
            Type.INT,
            10,
            Range.between(0, 1_000_000),
            Importance.LOW,
            "Failed attempts in a row after which a receiver is left alone for a while; 0 for never."
                + " Its deliveries wait, and none of their attempts is used up.")
        .define(
            BREAKER_PAUSE_MS,
            Type.LONG,
            30_000L,
            Range.between(1, 86_400_000L),
            Importance.LOW,
            "For how long such a receiver is left alone before one attempt is made to see how it is,"
                + " in milliseconds.")
        .define(
            DISABLE_AFTER_MS,
            Type.LONG,
            Duration.ofDays(5).toMillis(),
            Range.atLeast(1),
            Importance.MEDIUM,
            "An endpoint is disabled when its attempts have failed for so long and none succeeded, in"
                + " milliseconds.")
        .define(
            RETENTION_MS,
            Type.LONG,
            Duration.ofDays(14).toMillis(),
            Range.between(1, Duration.ofDays(30).toMillis()),
            Importance.MEDIUM,
            "How long events, their deliveries and attempts can be looked up and sent again, in"
                + " milliseconds.")
        .define(
            JOBS_URL,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "Base URL of job-ingest, where the bodies of webhooks in a dialect's format are read.");
  }

  static SecretBox secretBox(ServiceConfig config) {
    String keys = config.getPassword(MASTER_KEYS).value();
    try {
      return new SecretBox(
          keys.isBlank() ? List.of() : List.of(keys.split(",", -1)), new SecureRandom());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(MASTER_KEYS + ": " + e.getMessage());
    }
  }

  static UrlRules urls(ServiceConfig config, AddressGuard guard) {
    List<String> ports = config.getList(PORTS);
    try {
      return UrlRules.webhooks(config.getBoolean(ALLOW_HTTP), ports, guard);
    } catch (NumberFormatException e) {
      throw new ConfigException(PORTS, ports, "must be ports, or *");
    }
  }

  static RetrySchedule schedule(ServiceConfig config) {
    try {
      return new RetrySchedule(config.getList(RETRY_DELAYS).stream().map(Duration::parse).toList());
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new ConfigException(
          RETRY_DELAYS, config.getList(RETRY_DELAYS), "must be ISO 8601 durations, as in PT5M");
    }
  }
}
