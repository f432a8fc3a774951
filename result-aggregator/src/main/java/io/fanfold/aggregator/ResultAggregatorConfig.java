package io.fanfold.aggregator;

import io.fanfold.kit.ServiceConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The keys of result-aggregator. */
public final class ResultAggregatorConfig {

  private ResultAggregatorConfig() {}

  public static ConfigDef definition() {
    return ServiceConfig.common(8082);
  }
}
