package io.fanfold.ingest;

import io.fanfold.ingest.dialect.DialectConfig;
import io.fanfold.ingest.dialect.edgeimpulse.EdgeImpulseDialect;
import io.fanfold.kit.ServiceConfig;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys of job-ingest. */
public final class JobIngestConfig {

  public static final String LOOKUP_URL = "lookup.url";
  public static final String WEBHOOKS_URL = "webhooks.url";
  public static final String MANIFEST_FILE_ROOTS = ItemFeeds.FILE_ROOTS;
  public static final String BATCH_SIZE = "batch.size.default";
  public static final String MAX_ITEMS = "job.max.items";
  public static final String MAX_BODY_BYTES = "http.max.body.bytes";
  public static final String SPLIT_WINDOW = "split.window";
  public static final String SPLIT_MAX_IN_FLIGHT = "split.max.in.flight";
  public static final String MANIFEST_MAX_ITEMS = "manifest.max.items";
  public static final String IDEMPOTENCY_RETENTION_MS = "idempotency.retention.ms";
  public static final String COMMAND_WAIT_MS = "command.wait.ms";
  public static final String DELETED_RETENTION_MS = "deleted.retention.ms";
  public static final String TTL_SECONDS = "job.ttl.seconds.default";
  public static final String QUOTA_JOBS_ACTIVE = "quota.jobs.active";
  public static final String QUOTA_ITEMS_PER_JOB = "quota.items.per.job";
  public static final String QUOTA_SUBMISSIONS_PER_SECOND = "quota.submissions.per.second";

  /** What a key of a quota ends in that holds other limits for given projects. */
  public static final String PROJECTS_SUFFIX = ".projects";

  public static final String DIALECTS = "dialects";

  /** A value of {@link #DIALECTS}. */
  public static final String ALL_DIALECTS = String.join(",", Dialects.NAMES);

  public static final String DIALECTS_OPEN = DialectConfig.OPEN;

  public static final String EDGEIMPULSE_SAMPLES_URI = EdgeImpulseDialect.SAMPLES_URI;

  public static final String WEBHOOK_ALLOW_HTTP = "webhook.allow.http";
  public static final String WEBHOOK_PORTS = "webhook.ports";
  public static final String WEBHOOK_ALLOWED_CIDRS = "webhook.allowed.cidrs";

  private JobIngestConfig() {}

  public static ConfigDef definition() {
    ConfigDef definition =
        ItemFeeds.define(ServiceConfig.common(8080))
            .define(
                LOOKUP_URL,
                Type.LIST,
                "http://127.0.0.1:8082",
                Importance.HIGH,
                "Base URLs of result aggregators, whose lookups are served here too, comma-separated;"
                    + " the next one is asked when one cannot be reached.")
            .define(
                WEBHOOKS_URL,
                Type.LIST,
                "http://127.0.0.1:8084",
                Importance.MEDIUM,
                "Base URLs of webhook dispatchers, whose endpoints, attempts and replays are served"
                    + " here too, comma-separated; the next one is asked when one cannot be reached.")
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
    splitting(definition);
    quotas(definition);
    return Dialects.define(
        definition.define(
            DIALECTS,
            Type.LIST,
            "",
            ConfigDef.ValidList.in(Dialects.NAMES.toArray(String[]::new)),
            Importance.MEDIUM,
            "APIs of other systems to answer as well, comma-separated."));
  }

  private static void splitting(ConfigDef definition) {
    definition
        .define(
            SPLIT_WINDOW,
            Type.INT,
            48,
            Range.between(1, 10_000),
            Importance.MEDIUM,
            "Most batches of one job that are in flight; more are handed out as these end.")
        .define(
            SPLIT_MAX_IN_FLIGHT,
            Type.INT,
            256,
            Range.between(1, 1_000_000),
            Importance.MEDIUM,
            "Most batches in flight of all jobs of one partition. Projects take turns, then the"
                + " highest priority of a project, then its jobs.")
        .define(
            MANIFEST_MAX_ITEMS,
            Type.LONG,
            10_000_000L,
            Range.between(1, 1_000_000_000L),
            Importance.MEDIUM,
            "Most items a manifest may name; a job with more fails once they are read.")
        .define(
            IDEMPOTENCY_RETENTION_MS,
            Type.LONG,
            Duration.ofHours(24).toMillis(),
            Range.between(1_000, Duration.ofDays(31).toMillis()),
            Importance.MEDIUM,
            "How long an Idempotency-Key, or a submission id, stands for its job, in ms.")
        .define(
            COMMAND_WAIT_MS,
            Type.LONG,
            Duration.ofMinutes(10).toMillis(),
            Range.between(0, Duration.ofDays(7).toMillis()),
            Importance.LOW,
            "How long a command waits for a job that is not there yet, in ms; then it goes to"
                + " dead-letters.")
        .define(
            DELETED_RETENTION_MS,
            Type.LONG,
            Duration.ofHours(24).toMillis(),
            Range.between(1_000, Duration.ofDays(31).toMillis()),
            Importance.LOW,
            "How long the id of a deleted job cannot be used again, in ms; also how long splits"
                + " keeps the record of a job that has ended.")
        .define(
            TTL_SECONDS,
            Type.LONG,
            0L,
            Range.between(0, SubmissionRules.MAX_TTL_SECONDS),
            Importance.MEDIUM,
            "Seconds after its end until a job that does not say is removed; 0 keeps it.");
  }

  private static void quotas(ConfigDef definition) {
    quota(definition, QUOTA_JOBS_ACTIVE, "Most jobs of a project that have not ended");
    quota(definition, QUOTA_ITEMS_PER_JOB, "Most inline items of a job of a project");
    quota(
        definition,
        QUOTA_SUBMISSIONS_PER_SECOND,
        "Most jobs a project may submit to one instance a second");
  }

  private static void quota(ConfigDef definition, String key, String what) {
    definition
        .define(
            key,
            Type.INT,
            0,
            Range.atLeast(0),
            Importance.MEDIUM,
            what + ", over HTTP; 0 means no limit.")
        .define(
            key + PROJECTS_SUFFIX,
            Type.LIST,
            "",
            Importance.LOW,
            "Other values of " + key + " for given projects, as in small:10,large:1000.");
  }
}
