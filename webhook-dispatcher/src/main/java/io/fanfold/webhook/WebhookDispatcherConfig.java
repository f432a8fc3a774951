package io.fanfold.webhook;

import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.UrlRules;
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
            "Signing secrets by the name that a job's webhook.secretRef gives.");
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
