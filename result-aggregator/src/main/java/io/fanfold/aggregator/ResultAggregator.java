package io.fanfold.aggregator;

import io.fanfold.aggregator.artifact.ArtifactApi;
import io.fanfold.aggregator.artifact.ArtifactContent;
import io.fanfold.aggregator.artifact.ArtifactWriter;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.KafkaUnavailableException;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.ServiceException;
import io.fanfold.kit.StreamsPart;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.TopicCreator;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.ObjectStoreConfig;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.schemas.AvroCodec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Batch counts to job states, and the lookups. Two Streams applications: the fold, whose every step
 * is a transaction, and the views, which read what the fold has committed.
 */
public final class ResultAggregator {

  public static final String NAME = "result-aggregator";

  private static final String FOLD_ID = "fanfold-job-fold";
  private static final String VIEWS_ID = "fanfold-views-3";
  private static final int WAIT_THREADS = 8;

  // A quarter of the threads that answer.
  private static final int MAX_PATIENT = 16;

  private static final Pattern ADVERTISED = Pattern.compile("http://([^:/@]+):([0-9]{1,5})/?");
  private static final long MAX_BODY_BYTES = 256 * 1024;
  private static final Duration HTTP_DEADLINE = Duration.ofSeconds(30);

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
                copied(config, KafkaClients.exactlyOnceStreams(config, FOLD_ID)),
                service::fail));
    telemetry.bind(fold.streams());
    ExecutorService waits = Executors.newFixedThreadPool(WAIT_THREADS, ResultAggregator::thread);
    service.closing(waits::shutdownNow);
    var changes = new JobChanges(config.getInt(ResultAggregatorConfig.LOOKUP_MAX_WAITERS), waits);
    HostInfo self = self(config);
    var views =
        service.add(
            new StreamsPart(
                "view-streams",
                new ViewTopology(codec, changes::changed).get(),
                settings(config, self),
                service::fail));
    telemetry.bind(views.streams());

    var admin = service.closing(KafkaClients.admin(config));
    var standstills = new Standstills(System::nanoTime);
    service.add(new LoopThread(NAME + "-standstills", standstills, service::fail));
    var gate = new ViewGate(views.streams(), admin, VIEWS_ID, viewed(partitions), standstills);
    service.add(new LoopThread(NAME + "-view-gate", gate, service::fail));
    var clock = Clock.systemUTC();
    var here = new ViewLocator(views.streams(), gate);
    var local = new JobViews(here, codec, partitions);
    var atHome = new JobWait(local, changes, (job, after, slice) -> Optional.empty(), waits, clock);
    var cursors = new Cursors(secret(config, admin), clock);
    var staleness = new Staleness();
    LookupApi api;
    PeerApi peerApi;
    // Artifacts are made of what is not stale: a copy that is behind could have an attempt's old
    // failures in place of its results.
    JobViews fresh;
    if (self == null) {
      fresh = local;
      api = new LookupApi(local, atHome, cursors, staleness, waits, clock, telemetry);
      peerApi = new PeerApi(here, here, atHome, clock);
    } else {
      boolean standbys = config.getInt(ResultAggregatorConfig.STANDBY_REPLICAS) > 0;
      var patience = Patience.of(MAX_PATIENT);
      var peers = new Peers(here, views.streams(), self, partitions, standbys, staleness, patience);
      var owners =
          new Peers(here, views.streams(), self, partitions, false, staleness, Patience.none());
      fresh = new JobViews(owners, codec, partitions);
      var wait = new JobWait(fresh, changes, owners::change, waits, clock);
      var all = new JobViews(peers, codec, partitions);
      api = new LookupApi(all, wait, cursors, staleness, waits, clock, telemetry);
      peerApi = new PeerApi(here, peers::standby, atHome, clock);
    }
    var content =
        new ArtifactContent(
            new ViewItemReader(fresh::chunks),
            (job, result, attempt) ->
                ItemJson.of(
                    new ItemPage.Entry(result.getIndex(), attempt, result),
                    job.getBatchSize(),
                    false));
    var artifacts = new ArtifactApi(new JobFinder(fresh, new Staleness(), clock)::find, content);
    var producer = service.closing(KafkaClients.producer(config, NAME + "-" + config.instance()));
    telemetry.bind(producer);
    var writer = ArtifactWriter.of(config, codec, producer, stores(config), content, clock);
    service.add(new LoopThread(NAME + "-artifacts", writer, service::fail));
    this.http =
        service.add(
            new HttpApi(
                NAME,
                config.getString(ServiceConfig.HTTP_HOST),
                config.getInt(ServiceConfig.HTTP_PORT),
                MAX_BODY_BYTES,
                telemetry,
                List.of(fold.check(), views.check(), gate.check()),
                javalin -> {
                  api.routes(javalin.routes);
                  peerApi.routes(javalin.routes);
                  artifacts.routes(javalin.routes);
                }));
  }

  public Service service() {
    return service;
  }

  /** The HTTP port in use, after start. */
  public int port() {
    return http.port();
  }

  private ObjectStores stores(ServiceConfig config) {
    List<Path> roots =
        config.getList(ResultAggregatorConfig.ARTIFACT_FILE_ROOTS).stream().map(Path::of).toList();
    // Nothing is written over http, and so nothing is connected to.
    var http = service.closing(new GuardedHttp(AddressGuard.publicOnly(), 1, 1));
    return service.closing(
        new ObjectStores(http, HTTP_DEADLINE, roots, ObjectStoreConfig.settings(config)));
  }

  private static Set<TopicPartition> viewed(int partitions) {
    var all = new HashSet<TopicPartition>();
    for (int partition = 0; partition < partitions; partition++) {
      for (ViewStore store : ViewStore.values()) {
        all.add(store.partition(partition));
      }
    }
    return all;
  }

  private static Properties settings(ServiceConfig config, HostInfo self) {
    Properties settings = copied(config, KafkaClients.viewStreams(config, VIEWS_ID));
    if (self != null) {
      settings.put(
          StreamsConfig.APPLICATION_SERVER_CONFIG, "%s:%d".formatted(self.host(), self.port()));
    }
    return settings;
  }

  private static Properties copied(ServiceConfig config, Properties settings) {
    settings.put(
        StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
        config.getInt(ResultAggregatorConfig.STANDBY_REPLICAS));
    return settings;
  }

  private static HostInfo self(ServiceConfig config) {
    String url = config.getString(ResultAggregatorConfig.ADVERTISED_URL);
    if (url.isEmpty()) {
      return null;
    }
    Matcher parts = ADVERTISED.matcher(url);
    if (!parts.matches()) {
      throw new ConfigException(
          ResultAggregatorConfig.ADVERTISED_URL, url, "must be http://host:port");
    }
    return new HostInfo(parts.group(1), Integer.parseInt(parts.group(2)));
  }

  // All instances must read each other's cursors, and they share at least a cluster.
  private static String secret(ServiceConfig config, Admin admin) {
    String secret = config.getPassword(ResultAggregatorConfig.CURSOR_SECRET).value();
    if (!secret.isEmpty()) {
      return secret;
    }
    try {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new KafkaUnavailableException("the broker does not say which cluster it is of", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException("interrupted while asking for the cluster's id", e);
    }
  }

  private static Thread thread(Runnable body) {
    var thread = new Thread(body, NAME + "-wait");
    thread.setDaemon(true);
    return thread;
  }
}
