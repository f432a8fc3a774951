package io.fanfold.benchmarks;

import io.fanfold.schemas.AvroCodec;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is measured, by its addresses.
 *
 * @param http base URL of job-ingest
 * @param kafka bootstrap servers
 * @param registry base URL of the schema registry
 * @param processes what of it runs here as processes of ours; none of a cluster
 */
record Installation(URI http, String kafka, String registry, List<JvmProcess> processes) {

  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final long STARTED = System.currentTimeMillis();

  /** A project nobody has used, so that its list of jobs is a run's own. */
  static String freshProject() {
    return "bench-" + STARTED + "-" + RUNS.incrementAndGet();
  }

  FanfoldApi api(String project) {
    return new FanfoldApi(http, project);
  }

  AvroCodec codec() {
    return new AvroCodec(Map.of("schema.registry.url", registry));
  }
}
