package io.fanfold.ingest;

import io.fanfold.kit.ServiceMain;

/** Runs job-ingest as a process of its own. */
public final class JobIngestMain {

  private JobIngestMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        JobIngestConfig.definition(),
        args,
        (config, telemetry) -> new JobIngest(config, telemetry).service());
  }
}
