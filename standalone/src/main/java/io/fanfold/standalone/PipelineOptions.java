package io.fanfold.standalone;

import io.fanfold.standalone.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a pipeline in one JVM can be told. Port 0 is a free one.
 *
 * @param host address all servers listen on
 * @param advertisedHost name Kafka clients are told to connect to
 * @param fileRoots directories jobs may name files in
 * @param overrides configuration keys of the services, for those that have them
 */
public record PipelineOptions(
    String host,
    String advertisedHost,
    int httpPort,
    int kafkaPort,
    int registryPort,
    List<Path> fileRoots,
    Map<String, String> overrides) {

  public PipelineOptions {
    fileRoots = List.copyOf(fileRoots);
    overrides = Map.copyOf(overrides);
  }

  /** On the loopback address, with ports that are free. */
  public static PipelineOptions onFreePorts(List<Path> fileRoots) {
    return new PipelineOptions(
        EmbeddedBroker.LOOPBACK, EmbeddedBroker.LOOPBACK, 0, 0, 0, fileRoots, Map.of());
  }

  public PipelineOptions withOverrides(Map<String, String> values) {
    return new PipelineOptions(
        host, advertisedHost, httpPort, kafkaPort, registryPort, fileRoots, values);
  }
}
