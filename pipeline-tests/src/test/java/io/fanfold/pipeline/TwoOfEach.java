package io.fanfold.pipeline;

import io.fanfold.aggregator.ResultAggregatorMain;
import io.fanfold.ingest.JobIngestMain;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.standalone.registry.SchemaRegistryServer;
import io.fanfold.worker.BatchWorkerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A broker, and two processes of every service a job goes through, each able to take over. */
final class TwoOfEach implements AutoCloseable {

  static final int PARTITIONS = 4;

  private static final int INSTANCES = 2;

  private final EmbeddedBroker broker;
  private final SchemaRegistryServer registry;
  private final Path directory;
  private final List<ServiceProcess> aggregators = new ArrayList<>();
  private final List<ServiceProcess> workers = new ArrayList<>();
  private final List<ServiceProcess> ingests = new ArrayList<>();

  private TwoOfEach(EmbeddedBroker broker, SchemaRegistryServer registry, Path directory) {
    this.broker = broker;
    this.registry = registry;
    this.directory = directory;
  }

  /**
   * Returns when all are ready.
   *
   * @param ingestConfig more for the two job-ingests
   */
  static TwoOfEach start(Path directory, Map<String, String> ingestConfig) throws Exception {
    var broker = EmbeddedBroker.start(directory.resolve("kafka"));
    var registry = SchemaRegistryServer.start(broker.bootstrapServers(), Map.of(), "127.0.0.1", 0);
    var all = new TwoOfEach(broker, registry, directory);
    try {
      all.startServices(ingestConfig);
      return all;
    } catch (Exception e) {
      all.close();
      throw e;
    }
  }

  private void startServices(Map<String, String> ingestConfig) throws IOException {
    for (int i = 0; i < INSTANCES; i++) {
      var aggregator = add(aggregators, ResultAggregatorMain.class, i, Map.of());
      aggregator.set("advertised.url", aggregator.url());
      aggregator.set("standby.replicas", "1");
      // Small chunks and a short wait, so that batches are half done when something dies.
      add(
          workers,
          BatchWorkerMain.class,
          i,
          Map.of("chunk.max.items", "7", "chunk.linger.ms", "20", "predict.permits", "8"));
    }
    for (int i = 0; i < INSTANCES; i++) {
      ServiceProcess ingest = add(ingests, JobIngestMain.class, i, ingestConfig);
      ingest.set("lookup.url", aggregators.get(i).url() + "," + aggregators.get(1 - i).url());
    }
    for (ServiceProcess service : services()) {
      service.start();
    }
    services().forEach(ServiceProcess::awaitReady);
  }

  private ServiceProcess add(
      List<ServiceProcess> kind, Class<?> mainClass, int instance, Map<String, String> more)
      throws IOException {
    var config = new HashMap<>(more);
    config.put("bootstrap.servers", broker.bootstrapServers());
    config.put("schema.registry.url", registryUrl());
    config.put("topic.partitions", Integer.toString(PARTITIONS));
    config.put("instance.id", Integer.toString(instance));
    var process =
        new ServiceProcess(
            mainClass, directory.resolve(mainClass.getSimpleName() + instance), config);
    kind.add(process);
    return process;
  }

  List<ServiceProcess> aggregators() {
    return aggregators;
  }

  List<ServiceProcess> workers() {
    return workers;
  }

  List<ServiceProcess> ingests() {
    return ingests;
  }

  List<ServiceProcess> services() {
    return Stream.of(aggregators, workers, ingests).flatMap(List::stream).toList();
  }

  List<FanfoldHttp> fronts() {
    return ingests.stream().map(ingest -> new FanfoldHttp(ingest.url())).toList();
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  AvroCodec codec() {
    return new AvroCodec(Map.of("schema.registry.url", registryUrl()));
  }

  private String registryUrl() {
    return "http://127.0.0.1:" + registry.port();
  }

  @Override
  public void close() {
    services().forEach(ServiceProcess::close);
    registry.close();
    broker.close();
  }
}
