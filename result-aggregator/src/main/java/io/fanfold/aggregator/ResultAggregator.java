package io.fanfold.aggregator;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.StreamsPart;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.TopicCreator;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Batch counts to job states, and the lookups. Two Streams applications: the fold, whose every step
 * is a transaction, and the views, which read what the fold has committed.
 */
public final class ResultAggregator {

  public static final String NAME = "result-aggregator";

  private static final String FOLD_ID = "fanfold-job-fold";
  private static final String VIEWS_ID = "fanfold-views";
  private static final long MAX_BODY_BYTES = 16 * 1024;

  private final Service service = new Service(NAME);
  private final HttpApi http;

  /**
   * Connects to Kafka; nothing runs before the service is started.
   *
   * @throws io.fanfold.kit.KafkaUnavailableException when no broker answers
   */
  public ResultAggregator(ServiceConfig config, Telemetry telemetry) {
    int partitions = TopicCreator.ensureTopics(config);
    var codec = service.closing(new AvroCodec(config.serdeSettings()));
    var fold =
        service.add(
            new StreamsPart(
                "job-fold",
                new FoldTopology(codec, telemetry).get(),
                KafkaClients.exactlyOnceStreams(config, FOLD_ID),
                service::fail));
    telemetry.bind(fold.streams());
    var views =
        service.add(
            new StreamsPart(
                "view-streams",
                new ViewTopology(codec).get(),
                KafkaClients.viewStreams(config, VIEWS_ID),
                service::fail));
    telemetry.bind(views.streams());

    var admin = service.closing(KafkaClients.admin(config));
    var gate = new ViewGate(views.streams(), admin, VIEWS_ID, viewed(partitions));
    service.add(new LoopThread(NAME + "-view-gate", gate, service::fail));
    var api =
        new LookupApi(
            new JobViews(views.streams(), gate, codec, partitions), Clock.systemUTC(), telemetry);
    this.http =
        service.add(
            new HttpApi(
                NAME,
                config.getString(ServiceConfig.HTTP_HOST),
                config.getInt(ServiceConfig.HTTP_PORT),
                MAX_BODY_BYTES,
                telemetry,
                List.of(fold.check(), views.check(), gate.check()),
                javalin -> api.routes(javalin.routes)));
  }

  public Service service() {
    return service;
  }

  /** The HTTP port in use, after start. */
  public int port() {
    return http.port();
  }

  private static Set<TopicPartition> viewed(int partitions) {
    var all = new HashSet<TopicPartition>();
    for (int partition = 0; partition < partitions; partition++) {
      all.add(new TopicPartition(Topics.JOB_STATES.name(), partition));
      all.add(new TopicPartition(Topics.ITEM_RESULTS.name(), partition));
    }
    return all;
  }
}
