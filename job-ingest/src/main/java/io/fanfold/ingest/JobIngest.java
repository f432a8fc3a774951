package io.fanfold.ingest;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
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
import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/** The front door: HTTP and job-submissions in, accepted jobs and their batches out. */
public final class JobIngest {

  public static final String NAME = "job-ingest";

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

    var topology = new SplitterTopology(codec, rules, splitter, partitions, telemetry).get();
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
    var lookups = new LookupProxy(config.getString(JobIngestConfig.LOOKUP_URL));
    var clock = Clock.systemUTC();
    var api =
        new JobApi(
            rules,
            splitter,
            offers,
            new JobIds(clock, config.instance()),
            codec,
            producer,
            lookups,
            clock);
    this.http =
        service.add(
            new HttpApi(
                NAME,
                config.getString(ServiceConfig.HTTP_HOST),
                config.getInt(ServiceConfig.HTTP_PORT),
                config.getInt(JobIngestConfig.MAX_BODY_BYTES),
                telemetry,
                List.of(streams.check(), offers.check(), lookups.check()),
                javalin -> api.routes(javalin.routes)));
  }

  public Service service() {
    return service;
  }

  /** The HTTP port in use, after start. */
  public int port() {
    return http.port();
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
