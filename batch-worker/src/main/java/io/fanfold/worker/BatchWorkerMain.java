package io.fanfold.worker;

import io.fanfold.kit.ServiceMain;

/** Runs batch-worker as a process of its own. */
public final class BatchWorkerMain {

  private BatchWorkerMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        BatchWorkerConfig.definition(),
        args,
        (config, telemetry) -> new BatchWorker(config, telemetry).service());
  }
}
