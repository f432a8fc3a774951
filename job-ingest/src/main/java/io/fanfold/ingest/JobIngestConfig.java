package io.fanfold.ingest;

import io.fanfold.kit.ServiceConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys of job-ingest. */
public final class JobIngestConfig {

  public static final String LOOKUP_URL = "lookup.url";
  public static final String BATCH_SIZE = "batch.size.default";
  public static final String MAX_ITEMS = "job.max.items";
  public static final String MAX_BODY_BYTES = "http.max.body.bytes";
  public static final String WEBHOOK_ALLOW_HTTP = "webhook.allow.http";
  public static final String WEBHOOK_PORTS = "webhook.ports";
  public static final String WEBHOOK_ALLOWED_CIDRS = "webhook.allowed.cidrs";

  private JobIngestConfig() {}

  public static ConfigDef definition() {
    return ServiceConfig.common(8080)
        .define(
            LOOKUP_URL,
            Type.STRING,
            "http://127.0.0.1:8082",
            Importance.HIGH,
            "Base URL of the result aggregator, whose lookups are served here too.")
        .define(
            BATCH_SIZE,
            Type.INT,
            100,
            Range.between(1, SubmissionRules.MAX_BATCH_SIZE),
            Importance.MEDIUM,
            "Items per batch for jobs that do not say.")
        .define(
            MAX_ITEMS,
            Type.INT,
            10_000,
            Range.between(1, 100_000),
            Importance.MEDIUM,
            "Most inline items a job may have.")
        .define(
            MAX_BODY_BYTES,
            Type.INT,
            8 * 1024 * 1024,
            Range.between(1024, 9 * 1024 * 1024),
            Importance.MEDIUM,
            "Longest request body, in bytes; a submission has to fit in one record.")
        .define(
            WEBHOOK_ALLOW_HTTP,
            Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether webhook URLs may be plain http.")
        .define(
            WEBHOOK_PORTS,
            Type.LIST,
            "443,8443",
            Importance.LOW,
            "Ports webhook URLs may name; * allows all.")
        .define(
            WEBHOOK_ALLOWED_CIDRS,
            Type.LIST,
            "",
            Importance.LOW,
            "Networks webhooks may reach although they are not public, as in 10.1.0.0/16.");
  }
}
