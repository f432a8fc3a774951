package io.fanfold.ingest;

import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.ObjectStoreConfig;
import io.fanfold.kit.store.ObjectStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The feeds as configured, and their keys. */
final class ItemFeeds {

  static final String FILE_ROOTS = "manifest.file.roots";
  static final String ALLOWED_CIDRS = "manifest.allowed.cidrs";
  static final String THREADS = "manifest.threads";
  static final String DEADLINE_MS = "manifest.fetch.deadline.ms";

  private static final int FAILURE_THREADS = 2;

  private ItemFeeds() {}

  /** Adds the keys to the service's. */
  static ConfigDef define(ConfigDef definition) {
    return ObjectStoreConfig.define(definition)
        .define(
            FILE_ROOTS,
            Type.LIST,
            "",
            Importance.HIGH,
            "Directories that file: manifests may be under; none refuses them all.")
        .define(
            ALLOWED_CIDRS,
            Type.LIST,
            "",
            Importance.MEDIUM,
            "Networks manifests may be fetched from although they are not public, as in"
                + " 10.1.0.0/16.")
        .define(
            THREADS,
            Type.INT,
            4,
            Range.between(1, 64),
            Importance.LOW,
            "Manifests read at once. A job whose batches wait for workers takes no thread.")
        .define(
            DEADLINE_MS,
            Type.INT,
            30_000,
            Range.between(1, 3_600_000),
            Importance.LOW,
            "Time to fetch a mebibyte of a manifest over HTTP, in milliseconds.");
  }

  /** Lines of manifests; what it needs is closed with the service. */
  static ItemFeed manifests(ServiceConfig config, Service service) {
    int threads = config.getInt(THREADS);
    var guard = AddressGuard.allowing(config.getList(ALLOWED_CIDRS));
    var http = service.closing(new GuardedHttp(guard, threads, threads));
    List<Path> roots = config.getList(FILE_ROOTS).stream().map(Path::of).toList();
    var stores =
        service.closing(
            new ObjectStores(
                http,
                Duration.ofMillis(config.getInt(DEADLINE_MS)),
                roots,
                ObjectStoreConfig.settings(config)));
    return service.closing(
        new ReadAheadFeed(
            "manifests",
            ManifestReader.source(stores),
            threads,
            ReadAheadFeed.RETRY_DELAYS,
            service::fail));
  }

  /** Failed items of jobs that have ended, from the lookups. */
  static ItemFeed failures(ServiceConfig config, Service service) {
    return service.closing(
        new ReadAheadFeed(
            "failed-items",
            FailedItemsReader.source(config.getList(JobIngestConfig.LOOKUP_URL)),
            FAILURE_THREADS,
            ReadAheadFeed.RETRY_DELAYS,
            service::fail));
  }
}
