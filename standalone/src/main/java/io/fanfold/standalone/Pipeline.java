package io.fanfold.standalone;

import io.fanfold.aggregator.ResultAggregator;
import io.fanfold.aggregator.ResultAggregatorConfig;
import io.fanfold.ingest.JobIngest;
import io.fanfold.ingest.JobIngestConfig;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.ServiceException;
import io.fanfold.kit.Telemetry;
import io.fanfold.standalone.RunningInstance.Addresses;
import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.standalone.broker.PortTakenException;
import io.fanfold.standalone.broker.Ports;
import io.fanfold.standalone.registry.SchemaRegistryServer;
import io.fanfold.webhook.WebhookDispatcher;
import io.fanfold.webhook.WebhookDispatcherConfig;
import io.fanfold.worker.BatchWorker;
import io.fanfold.worker.BatchWorkerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;

/** The whole pipeline in this JVM: broker, schema registry, services, and HTTP last. */
public final class Pipeline implements AutoCloseable {

  private static final List<ConfigDef> DEFINITIONS =
      List.of(
          JobIngestConfig.definition(),
          BatchWorkerConfig.definition(),
          ResultAggregatorConfig.definition(),
          WebhookDispatcherConfig.definition());

  /** Keys that every service hands on to its Kafka clients. */
  private final Service service = new Service("pipeline");

  private final DataDirectory directory;
  private final PipelineOptions options;
  private final Telemetry telemetry;
  private final BrokerPart broker = new BrokerPart();
  private final RegistryPart registry = new RegistryPart();

  private ResultAggregator aggregator;
  private WebhookDispatcher dispatcher;
  private JobIngest ingest;

  /** Known before job-ingest is there: the dispatcher, made before it, reads jobs from it. */
  private int httpPort;

  /**
   * Nothing runs before it is started.
   *
   * @throws StartException if no service knows an override
   */
  public Pipeline(DataDirectory directory, PipelineOptions options) throws StartException {
    requireKnown(options.overrides().keySet());
    this.directory = directory;
    this.options = options;
    this.telemetry = service.closing(new Telemetry());
    service.add(new DiskWatch(directory.path(), directory::usableBytes, service::fail));
    service.add(broker);
    service.add(registry);
    service.add(new ServicePart(this::aggregator));
    service.add(new ServicePart(this::worker));
    service.add(new ServicePart(this::dispatcher));
    // Last, and closed first: nothing is accepted that the others are not there for.
    service.add(new ServicePart(this::ingest));
    service.add(new Readiness(this::httpUrl, service::failure));
  }

  /**
   * Returns once jobs can be submitted.
   *
   * @throws StartException if it cannot; whatever had started is closed again
   */
  public void start() throws StartException {
    try {
      // Known at once, instead of after a broker has started in vain.
      Ports.requireFree(options.host(), options.httpPort());
      Ports.requireFree(options.host(), options.kafkaPort());
      Ports.requireFree(options.host(), options.registryPort());
      httpPort = options.httpPort() == 0 ? Ports.free(options.host()) : options.httpPort();
    } catch (PortTakenException e) {
      throw new StartException(e.getMessage() + "; name another one, or 0 for a free one", e);
    } catch (IOException e) {
      throw new StartException(e.getMessage(), e);
    }
    try {
      service.start();
    } catch (ServiceException e) {
      throw new StartException(e.getMessage(), e);
    }
  }

  public Addresses addresses() {
    return new Addresses(httpUrl(), broker.bootstrapServers(), registry.url());
  }

  /**
   * Blocks until the pipeline is closed.
   *
   * @throws ServiceException with the cause when a part broke
   */
  public void await() throws InterruptedException {
    service.await();
  }

  @Override
  public void close() {
    service.close();
  }

  private Service aggregator() {
    var own = new HashMap<>(internalHttp());
    own.put(ResultAggregatorConfig.ARTIFACT_FILE_ROOTS, fileRoots());
    aggregator = new ResultAggregator(config(ResultAggregatorConfig.definition(), own), telemetry);
    return aggregator.service();
  }

  private Service worker() {
    var own = new HashMap<>(internalHttp());
    own.put(BatchWorkerConfig.FILE_ROOTS, fileRoots());
    if (keepsSamples()) {
      own.merge(
          BatchWorkerConfig.FILE_ROOTS,
          directory.samples().toString(),
          (roots, samples) -> roots.isEmpty() ? samples : roots + "," + samples);
    }
    return new BatchWorker(config(BatchWorkerConfig.definition(), own), telemetry).service();
  }

  private Service dispatcher() {
    var own = new HashMap<>(internalHttp());
    own.put(WebhookDispatcherConfig.MASTER_KEYS, directory.webhookKey());
    own.put(WebhookDispatcherConfig.JOBS_URL, url(connectable(options.host()), httpPort));
    dispatcher =
        new WebhookDispatcher(config(WebhookDispatcherConfig.definition(), own), telemetry);
    return dispatcher.service();
  }

  private Service ingest() {
    var own = new HashMap<String, String>();
    own.put(ServiceConfig.HTTP_HOST, options.host());
    own.put(ServiceConfig.HTTP_PORT, Integer.toString(httpPort));
    own.put(JobIngestConfig.DIALECTS, JobIngestConfig.ALL_DIALECTS);
    own.put(JobIngestConfig.DIALECTS_OPEN, "true");
    own.put(JobIngestConfig.MANIFEST_FILE_ROOTS, fileRoots());
    if (keepsSamples()) {
      own.put(JobIngestConfig.EDGEIMPULSE_SAMPLES_URI, directory.samples().toUri().toString());
    }
    own.put(JobIngestConfig.LOOKUP_URL, url(EmbeddedBroker.LOOPBACK, aggregator.port()));
    own.put(JobIngestConfig.WEBHOOKS_URL, url(EmbeddedBroker.LOOPBACK, dispatcher.port()));
    ingest = new JobIngest(config(JobIngestConfig.definition(), own), telemetry);
    return ingest.service();
  }

  private String httpUrl() {
    return url(connectable(options.host()), ingest.port());
  }

  private String fileRoots() {
    return options.fileRoots().stream().map(Path::toString).collect(Collectors.joining(","));
  }

  /** The worker's directories are a list with commas; without one, samples stay in the topic. */
  private boolean keepsSamples() {
    return !directory.path().toString().contains(",");
  }

  /** Services that people reach through job-ingest only. */
  private static Map<String, String> internalHttp() {
    return Map.of(ServiceConfig.HTTP_HOST, EmbeddedBroker.LOOPBACK, ServiceConfig.HTTP_PORT, "0");
  }

  private ServiceConfig config(ConfigDef definition, Map<String, String> own) {
    var values = new HashMap<String, String>();
    values.put(ServiceConfig.BOOTSTRAP_SERVERS, broker.bootstrapServers());
    values.put(ServiceConfig.SCHEMA_REGISTRY_URL, registry.url());
    values.put(ServiceConfig.STATE_DIR, directory.state().toString());
    values.putAll(own);
    // One list of overrides for all services, each of which refuses what is not its own.
    options
        .overrides()
        .forEach(
            (key, value) -> {
              if (ServiceConfig.isKnown(definition, key)) {
                values.put(key, value);
              }
            });
    return ServiceConfig.of(definition, values);
  }

  private static void requireKnown(Set<String> keys) throws StartException {
    for (String key : keys) {
      boolean known = DEFINITIONS.stream().anyMatch(each -> ServiceConfig.isKnown(each, key));
      if (!known) {
        throw new StartException("no service knows the configuration key " + key);
      }
    }
  }

  private static String url(String host, int port) {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** "All addresses" is nothing to connect to. */
  private static String connectable(String host) {
    return host.equals("0.0.0.0") || host.equals("::") ? EmbeddedBroker.LOOPBACK : host;
  }

  private final class BrokerPart implements Service.Part {
    private EmbeddedBroker running;

    @Override
    public void start() throws IOException {
      running =
          EmbeddedBroker.start(
              directory.kafka(), options.host(), options.kafkaPort(), options.advertisedHost());
    }

    String bootstrapServers() {
      return running.bootstrapServers();
    }

    @Override
    public void close() {
      if (running != null) {
        running.close();
      }
    }
  }

  private final class RegistryPart implements Service.Part {
    private SchemaRegistryServer running;

    @Override
    public void start() {
      running =
          SchemaRegistryServer.start(
              broker.bootstrapServers(), Map.of(), options.host(), options.registryPort());
    }

    String url() {
      return Pipeline.url(connectable(options.host()), running.port());
    }

    @Override
    public void close() {
      if (running != null) {
        running.close();
      }
    }
  }

  /** A service that is made when those before it run; if it breaks, so does the pipeline. */
  private final class ServicePart implements Service.Part {
    private final Supplier<Service> factory;
    private Service running;

    ServicePart(Supplier<Service> factory) {
      this.factory = factory;
    }

    @Override
    public void start() {
      running = factory.get();
      running.start();
      var watcher = new Thread(this::watch, "pipeline-watch");
      watcher.setDaemon(true);
      watcher.start();
    }

    private void watch() {
      try {
        running.await();
      } catch (ServiceException e) {
        service.fail(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      if (running != null) {
        running.close();
      }
    }
  }
}
