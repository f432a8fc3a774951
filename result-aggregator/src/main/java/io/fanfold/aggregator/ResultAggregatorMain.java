package io.fanfold.aggregator;

import io.fanfold.kit.ServiceMain;

/** Runs result-aggregator as a process of its own. */
public final class ResultAggregatorMain {

  private ResultAggregatorMain() {}

  public static void main(String[] args) {
    ServiceMain.run(
        ResultAggregatorConfig.definition(),
        args,
        (config, telemetry) -> new ResultAggregator(config, telemetry).service());
  }
}
