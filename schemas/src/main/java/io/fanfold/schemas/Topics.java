package io.fanfold.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every topic of the pipeline, in the order a job flows through them.
 *
 * <p>Topics that are read together by key have the same number of partitions: {@code
 * job-submissions} to {@code job-states} by job id, {@code batches} and {@code item-results} by job
 * id and batch index. All names, keys and schemas here are public API.
 */
public final class Topics {

  /** Partitions of every topic that is spread by key, unless the installation says otherwise. */
  public static final int PARTITIONS = 8;

  /** A submission, a batch or a chunk may be this long, in bytes; Kafka's own default is 1 MiB. */
  public static final int MAX_RECORD_BYTES = 10 * 1024 * 1024;

  /** What workers offer to compute. */
  public static final Topic<FeatureOffer> FEATURES =
      new Topic<>("features", "feature name", FeatureOffer.class, 1, compacted());

  /** Files that jobs can name by an id. */
  public static final Topic<RegisteredFile> FILES =
      new Topic<>("files", "project/file id", RegisteredFile.class, 1, compacted());

  /** Assets whose tags are looked for in pictures. */
  public static final Topic<Asset> ASSETS =
      new Topic<>("assets", "project/asset id", Asset.class, 1, compacted());

  /** Recordings that were uploaded, for jobs over a project's data set. */
  public static final Topic<Sample> SAMPLES =
      new Topic<>("samples", "project/sample id", Sample.class, PARTITIONS, compacted());

  /** Jobs as submitted; the front door for producers. */
  public static final Topic<JobSubmission> JOB_SUBMISSIONS =
      new Topic<>(
          "job-submissions",
          "job id, or project/submission id",
          JobSubmission.class,
          PARTITIONS,
          large(kept(Duration.ofDays(7))));

  /** Which job a submission with a submission id became; for those who wait to know. */
  public static final Topic<Admission> ADMISSIONS =
      new Topic<>(
          "admissions",
          "project/submission id",
          Admission.class,
          PARTITIONS,
          kept(Duration.ofHours(1)));

  /** What is to be done to jobs: cancel, delete, run the failed items again. */
  public static final Topic<JobCommand> JOB_COMMANDS =
      new Topic<>("job-commands", "job id", JobCommand.class, PARTITIONS, kept(Duration.ofDays(7)));

  /** Accepted jobs, without their items. */
  public static final Topic<Job> JOBS =
      new Topic<>("jobs", "job id", Job.class, PARTITIONS, compacted());

  /**
   * How far splitting is, and which jobs are stopped; of jobs that are under way only. A record is
   * there for a week at least: a fold that was away must still see that a job was split to its end.
   */
  public static final Topic<Split> SPLITS =
      new Topic<>("splits", "job id", Split.class, PARTITIONS, compactedAfter(Duration.ofDays(7)));

  /** The units of work. */
  public static final Topic<Batch> BATCHES =
      new Topic<>(
          "batches",
          "job id/batch index",
          Batch.class,
          PARTITIONS,
          large(kept(Duration.ofDays(7))));

  /**
   * The results, item by item; the public result topic. Keys are unique, so compaction removes
   * nothing but deleted jobs: the item view is rebuilt from here for as long as a job lives. A null
   * value under the job id alone, sent to every partition, says that all chunks of the job are
   * gone.
   */
  public static final Topic<ItemResults> ITEM_RESULTS =
      new Topic<>(
          "item-results",
          "job id/batch index/attempt.first result of the chunk",
          ItemResults.class,
          PARTITIONS,
          large(compacted()));

  /** How far each batch is. */
  public static final Topic<BatchResult> BATCH_RESULTS =
      new Topic<>(
          "batch-results", "job id", BatchResult.class, PARTITIONS, kept(Duration.ofDays(7)));

  /** The state of each job; the public state topic. */
  public static final Topic<JobState> JOB_STATES =
      new Topic<>("job-states", "job id", JobState.class, PARTITIONS, compacted());

  /** How many jobs each project has running. */
  public static final Topic<ProjectUsage> PROJECT_USAGE =
      new Topic<>("project-usage", "project/partition", ProjectUsage.class, 1, compacted());

  /** Files in the jobs' output locations. */
  public static final Topic<Artifact> ARTIFACTS =
      new Topic<>("artifacts", "job id/attempt/name", Artifact.class, PARTITIONS, compacted());

  /** Receivers of a project's events, their secrets encrypted. */
  public static final Topic<WebhookEndpoint> WEBHOOK_ENDPOINTS =
      new Topic<>(
          "webhook-endpoints",
          "project/endpoint id",
          WebhookEndpoint.class,
          PARTITIONS,
          compacted());

  /** Changes of webhook endpoints, applied one after another. */
  public static final Topic<EndpointCommand> ENDPOINT_COMMANDS =
      new Topic<>(
          "endpoint-commands",
          "project/endpoint id",
          EndpointCommand.class,
          PARTITIONS,
          kept(Duration.ofDays(7)));

  /** What is to be done about deliveries: send again, recover, cancel. */
  public static final Topic<DeliveryCommand> DELIVERY_COMMANDS =
      new Topic<>(
          "delivery-commands",
          "project",
          DeliveryCommand.class,
          PARTITIONS,
          kept(Duration.ofDays(7)));

  /**
   * Every webhook delivery attempt. A record without a value is the mark of a dispatcher that takes
   * the partition over; readers pass it by.
   */
  public static final Topic<WebhookAttempt> WEBHOOK_ATTEMPTS =
      new Topic<>(
          "webhook-attempts",
          "event id",
          WebhookAttempt.class,
          PARTITIONS,
          kept(Duration.ofDays(30)));

  /**
   * Records nobody could read, bytes as found; headers say where from and why. It has no schema, so
   * it stands beside the catalogue.
   */
  public static final String DEAD_LETTERS = "dead-letters";

  private static final List<Topic<?>> ALL =
      List.of(
          FEATURES,
          FILES,
          ASSETS,
          SAMPLES,
          JOB_SUBMISSIONS,
          ADMISSIONS,
          JOB_COMMANDS,
          JOBS,
          SPLITS,
          BATCHES,
          ITEM_RESULTS,
          BATCH_RESULTS,
          JOB_STATES,
          PROJECT_USAGE,
          ARTIFACTS,
          WEBHOOK_ENDPOINTS,
          ENDPOINT_COMMANDS,
          DELIVERY_COMMANDS,
          WEBHOOK_ATTEMPTS);

  private Topics() {}

  /** All topics with a schema, in the order they flow. */
  public static List<Topic<?>> all() {
    return ALL;
  }

  /** Settings of {@link #DEAD_LETTERS}: long enough for a person to look. */
  public static Map<String, String> deadLettersConfig() {
    return large(kept(Duration.ofDays(30)));
  }

  private static Map<String, String> compacted() {
    return Map.of("cleanup.policy", "compact");
  }

  private static Map<String, String> compactedAfter(Duration lag) {
    var config = new HashMap<>(compacted());
    config.put("min.compaction.lag.ms", Long.toString(lag.toMillis()));
    return config;
  }

  private static Map<String, String> kept(Duration retention) {
    return Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(retention.toMillis()));
  }

  private static Map<String, String> large(Map<String, String> config) {
    var larger = new HashMap<>(config);
    larger.put("max.message.bytes", Integer.toString(MAX_RECORD_BYTES));
    return larger;
  }
}
