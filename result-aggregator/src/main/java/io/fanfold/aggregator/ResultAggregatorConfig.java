package io.fanfold.aggregator;

import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.store.ObjectStoreConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys of result-aggregator. */
public final class ResultAggregatorConfig {

  public static final String CURSOR_SECRET = "cursor.secret";
  public static final String LOOKUP_MAX_WAITERS = "lookup.max.waiters";

  public static final String ADVERTISED_URL = "advertised.url";
  public static final String STANDBY_REPLICAS = "standby.replicas";
  public static final String ARTIFACT_FILE_ROOTS = "artifact.file.roots";

  private ResultAggregatorConfig() {}

  public static ConfigDef definition() {
    return ObjectStoreConfig.define(ServiceConfig.common(8082))
        .define(
            CURSOR_SECRET,
            Type.PASSWORD,
            "",
            Importance.LOW,
            "Signs the cursors of lists; the same for all instances. Empty takes the id of the"
                + " Kafka cluster: then who knows it can make up positions in lists that are open"
                + " to them anyway.")
        .define(
            LOOKUP_MAX_WAITERS,
            Type.INT,
            10_000,
            Range.between(0, 1_000_000),
            Importance.LOW,
            "Requests that may wait for jobs to change at once, long polls and event streams"
                + " together; more get a 503.")
        .define(
            ADVERTISED_URL,
            Type.STRING,
            "",
            Importance.MEDIUM,
            "How other instances reach this one, as in http://host:8082. With it any instance"
                + " answers every lookup, asking the others for what it lacks; without, it answers"
                + " for its own partitions and says 503 for the rest.")
        .define(
            STANDBY_REPLICAS,
            Type.INT,
            0,
            Range.between(0, 8),
            Importance.LOW,
            "Copies of each partition's views and job states at other instances. A copy takes over faster, and"
                + " answers while its owner is gone; such an answer carries the header"
                + " Fanfold-Stale: true.")
        .define(
            ARTIFACT_FILE_ROOTS,
            Type.LIST,
            "",
            Importance.MEDIUM,
            "Directories that file: output locations of jobs may be under; none refuses them all.");
  }
}
