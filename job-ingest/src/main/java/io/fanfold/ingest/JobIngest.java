package io.fanfold.ingest;

import io.fanfold.ingest.assets.AssetsApi;
import io.fanfold.ingest.assets.RegisteredAssets;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.files.FilesApi;
import io.fanfold.ingest.files.RegisteredFiles;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.StreamsPart;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.TopicCreator;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/** The front door: HTTP and job-submissions in, accepted jobs and their batches out. */
public final class JobIngest {

  public static final String NAME = "job-ingest";

  private static final Duration ADMISSION_PATIENCE = Duration.ofSeconds(10);
  private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(10);

  private final Service service = new Service(NAME);
  private final HttpApi http;

  /**
   * Connects to Kafka; nothing runs before the service is started.
   *
   * @throws io.fanfold.kit.KafkaUnavailableException when no broker answers
   */
  public JobIngest(ServiceConfig config, Telemetry telemetry) {
    int partitions = TopicCreator.ensureTopics(config);
    var codec = service.closing(new AvroCodec(config.serdeSettings()));
    var rules = rules(config);
    var splitter = new BatchSplitter(config.getInt(JobIngestConfig.BATCH_SIZE));

    var clock = Clock.systemUTC();
    var ids = new JobIds(clock, config.instance());
    var feeds =
        new Feeds(ItemFeeds.manifests(config, service), ItemFeeds.failures(config, service));
    var parts = new SplitterParts(rules, splitter, ids, feeds, limits(config));
    var topology = new SplitterTopology(parts, partitions, codec, telemetry).get();
    var streams =
        service.add(
            new StreamsPart(
                "splitter",
                topology,
                KafkaClients.exactlyOnceStreams(config, "fanfold-splitter"),
                service::fail));
    telemetry.bind(streams.streams());

    var offers = new FeatureOffers(KafkaClients.reader(config, NAME + "-features"), codec);
    service.add(new LoopThread(NAME + "-features", offers, service::fail));

    var producer = service.closing(KafkaClients.producer(config, NAME + "-" + config.instance()));
    telemetry.bind(producer);
    var lookups = service.closing(new LookupProxy(config.getList(JobIngestConfig.LOOKUP_URL)));
    var admissions =
        new Admissions(
            KafkaClients.reader(config, NAME + "-admissions"), codec, ADMISSION_PATIENCE);
    service.add(new LoopThread(NAME + "-admissions", admissions, service::fail));
    var usages = new ProjectUsages(KafkaClients.reader(config, NAME + "-usage"), codec);
    service.add(new LoopThread(NAME + "-usage", usages, service::fail));
    var sender = new RecordSender(codec, producer);
    var files =
        new RegisteredFiles(
            KafkaClients.reader(config, NAME + "-files"), codec, sender, clock, REGISTRY_PATIENCE);
    service.add(new LoopThread(NAME + "-files", files, service::fail));
    var assets =
        new RegisteredAssets(
            KafkaClients.reader(config, NAME + "-assets"), codec, sender, clock, REGISTRY_PATIENCE);
    service.add(new LoopThread(NAME + "-assets", assets, service::fail));
    var filesApi = new FilesApi(files, ids, ItemRules::placedUriProblem, clock);
    var acceptance =
        new JobAcceptance(
            rules, splitter, offers, ids, sender, admissions, quotas(config, usages, clock), clock);
    var submit = new JobSubmit(acceptance, lookups);
    var actions = new JobActions(sender, lookups, clock);
    var jobs = new JobGateway(acceptance, actions, offers, lookups);
    var dialects =
        service.add(
            new DialectRoutes(
                Dialects.of(new DialectParts(config, jobs, files, sender, codec, service, clock)),
                jobs));
    var webhooks = service.closing(new WebhookProxy(config.getList(JobIngestConfig.WEBHOOKS_URL)));
    var api =
        new JobApi(
            submit,
            actions,
            offers,
            lookups,
            webhooks,
            filesApi,
            new AssetsApi(assets, ids),
            dialects);
    this.http =
        service.add(
            new HttpApi(
                NAME,
                config.getString(ServiceConfig.HTTP_HOST),
                config.getInt(ServiceConfig.HTTP_PORT),
                config.getInt(JobIngestConfig.MAX_BODY_BYTES),
                telemetry,
                List.of(
                    streams.check(),
                    offers.check(),
                    admissions.check(),
                    usages.check(),
                    files.check(),
                    assets.check(),
                    lookups.check()),
                javalin -> api.routes(javalin.routes)));
  }

  public Service service() {
    return service;
  }

  /** The HTTP port in use, after start. */
  public int port() {
    return http.port();
  }

  private static SplitterLimits limits(ServiceConfig config) {
    return new SplitterLimits(
        config.getInt(JobIngestConfig.SPLIT_WINDOW),
        config.getInt(JobIngestConfig.SPLIT_MAX_IN_FLIGHT),
        config.getLong(JobIngestConfig.MANIFEST_MAX_ITEMS),
        Duration.ofMillis(config.getLong(JobIngestConfig.IDEMPOTENCY_RETENTION_MS)),
        Duration.ofMillis(config.getLong(JobIngestConfig.COMMAND_WAIT_MS)),
        Duration.ofMillis(config.getLong(JobIngestConfig.DELETED_RETENTION_MS)),
        Duration.ofSeconds(config.getLong(JobIngestConfig.TTL_SECONDS)));
  }

  private static Quotas quotas(ServiceConfig config, ProjectUsages usages, Clock clock) {
    return new Quotas(
        quota(config, JobIngestConfig.QUOTA_JOBS_ACTIVE),
        quota(config, JobIngestConfig.QUOTA_ITEMS_PER_JOB),
        quota(config, JobIngestConfig.QUOTA_SUBMISSIONS_PER_SECOND),
        usages,
        clock);
  }

  private static Quota quota(ServiceConfig config, String key) {
    String projects = key + JobIngestConfig.PROJECTS_SUFFIX;
    return Quota.of(projects, config.getInt(key), config.getList(projects));
  }

  private static SubmissionRules rules(ServiceConfig config) {
    var guard = AddressGuard.allowing(config.getList(JobIngestConfig.WEBHOOK_ALLOWED_CIDRS));
    boolean httpAllowed = config.getBoolean(JobIngestConfig.WEBHOOK_ALLOW_HTTP);
    List<String> ports = config.getList(JobIngestConfig.WEBHOOK_PORTS);
    try {
      return new SubmissionRules(
          config.getInt(JobIngestConfig.MAX_ITEMS), UrlRules.webhooks(httpAllowed, ports, guard));
    } catch (NumberFormatException e) {
      throw new ConfigException(JobIngestConfig.WEBHOOK_PORTS, ports, "must be ports, or *");
    }
  }
}
