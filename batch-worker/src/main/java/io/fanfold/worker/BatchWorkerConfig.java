package io.fanfold.worker;

import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.store.ObjectStoreConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys of batch-worker. */
public final class BatchWorkerConfig {

  public static final String ITEM_THREADS = "item.threads";
  public static final String PREDICT_PERMITS = "predict.permits";
  public static final String MAX_BATCHES = "batches.in.flight.max";
  public static final String MAX_BYTES = "batches.in.flight.max.bytes";
  public static final String CHUNK_MAX_ITEMS = "chunk.max.items";
  public static final String CHUNK_LINGER_MS = "chunk.linger.ms";
  public static final String RETRY_DELAYS_MS = "item.retry.delays.ms";
  public static final String FILE_ROOTS = "item.file.roots";
  public static final String ITEM_MAX_BYTES = "item.max.bytes";
  public static final String ITEM_DEADLINE_MS = "item.fetch.deadline.ms";
  public static final String ITEM_ALLOWED_CIDRS = "item.allowed.cidrs";

  private BatchWorkerConfig() {}

  public static ConfigDef definition() {
    return ObjectStoreConfig.define(ServiceConfig.common(8083))
        .define(
            ITEM_THREADS,
            Type.INT,
            16,
            Range.between(1, 1_000),
            Importance.MEDIUM,
            "Items under way at once, fetching included. No batch has more than half of them while"
                + " others wait.")
        .define(
            PREDICT_PERMITS,
            Type.INT,
            0,
            Range.between(0, 1_000),
            Importance.MEDIUM,
            "Predictions computed at once; each holds a decoded picture in memory. 0 means one per"
                + " core.")
        .define(
            MAX_BATCHES,
            Type.INT,
            1_024,
            Range.between(1, 10_000),
            Importance.MEDIUM,
            "Batches taken and not finished; also how far others get ahead of a slow one.")
        .define(
            MAX_BYTES,
            Type.LONG,
            32L * 1024 * 1024,
            Range.atLeast(1024),
            Importance.LOW,
            "Bytes of batch records taken and not finished.")
        .define(
            CHUNK_MAX_ITEMS,
            Type.INT,
            100,
            Range.between(1, 1_000),
            Importance.MEDIUM,
            "Results are sent when a batch has so many; 1 gives one record per item.")
        .define(
            CHUNK_LINGER_MS,
            Type.INT,
            200,
            Range.between(0, 60_000),
            Importance.MEDIUM,
            "Results are sent when one has waited so long, in milliseconds.")
        .define(
            RETRY_DELAYS_MS,
            Type.LIST,
            "200,1000,5000",
            Importance.MEDIUM,
            "Waits before an item is tried again after a transient failure, in milliseconds. As"
                + " many retries as there are waits.")
        .define(
            FILE_ROOTS,
            Type.LIST,
            "",
            Importance.HIGH,
            "Directories that file: items may be under; none refuses them all.")
        .define(
            ITEM_MAX_BYTES,
            Type.INT,
            15 * 1024 * 1024,
            Range.between(1, 512 * 1024 * 1024),
            Importance.MEDIUM,
            "Longest item, in bytes.")
        .define(
            ITEM_DEADLINE_MS,
            Type.INT,
            30_000,
            Range.between(1, 3_600_000),
            Importance.MEDIUM,
            "Time to fetch an item, redirects included, in milliseconds.")
        .define(
            ITEM_ALLOWED_CIDRS,
            Type.LIST,
            "",
            Importance.MEDIUM,
            "Networks items may be fetched from although they are not public, as in 10.1.0.0/16.");
  }
}
