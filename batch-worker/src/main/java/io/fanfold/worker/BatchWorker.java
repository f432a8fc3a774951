package io.fanfold.worker;

import io.fanfold.kit.Check;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.TopicCreator;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.ObjectStoreConfig;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.worker.predict.Content;
import io.fanfold.worker.predict.PredictionException;
import io.fanfold.worker.predict.PredictorContext;
import io.fanfold.worker.predict.Predictors;
import io.fanfold.worker.source.ItemSource;
import io.fanfold.worker.source.SourceException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Batches in, one result per item out. */
public final class BatchWorker {

  public static final String NAME = "batch-worker";

  private static final String GROUP = "fanfold-batch-worker";
  private static final long MAX_BODY_BYTES = 16 * 1024;
  private static final int CONNECTIONS_PER_HOST = 8;

  // A poll may bring this many batches at once, each up to the record limit.
  private static final int MAX_POLL_RECORDS = 32;

  private final Service service = new Service(NAME);
  private final HttpApi http;

  /**
   * Connects to Kafka; nothing runs before the service is started.
   *
   * @throws io.fanfold.kit.KafkaUnavailableException when no broker answers
   */
  public BatchWorker(ServiceConfig config, Telemetry telemetry) {
    TopicCreator.ensureTopics(config);
    String instance = NAME + "-" + config.instance();
    int threads = config.getInt(BatchWorkerConfig.ITEM_THREADS);
    var codec = service.closing(new AvroCodec(config.serdeSettings()));
    var source = source(config, threads);
    var assets = new FollowedAssets(KafkaClients.reader(config, instance + "-assets"), codec);
    service.add(new LoopThread(instance + "-assets", assets, service::fail));
    var predictors =
        service.closing(
            Predictors.load(new PredictorContext(uri -> resolve(source, uri), 1, assets.tags())));
    var announcer =
        service.add(
            new FeatureAnnouncer(
                KafkaClients.producer(config, instance + "-features"), codec, predictors));

    var consumer = KafkaClients.consumer(config, GROUP, instance, MAX_POLL_RECORDS);
    telemetry.bind(consumer);
    var admin = service.closing(KafkaClients.admin(config));
    var reader = service.closing(KafkaClients.reader(config, instance + "-recovery"));
    var stops = new StoppedJobs(KafkaClients.reader(config, instance + "-splits"), codec);
    service.add(new LoopThread(instance + "-splits", stops, service::fail));
    var scheduler = new ItemScheduler(Math.max(1, threads / 2), permits(config), System::nanoTime);
    int maxItems = config.getInt(BatchWorkerConfig.CHUNK_MAX_ITEMS);
    var loop =
        new WorkLoop(
            consumer,
            new ResultCommits(
                () -> KafkaClients.transactionalProducer(config, "fanfold-" + instance),
                codec,
                new Chunks(codec, maxItems),
                Clock.systemUTC(),
                telemetry),
            new ResultRecovery(reader, admin, codec),
            codec,
            scheduler,
            new ChunkRules(
                maxItems,
                TimeUnit.MILLISECONDS.toNanos(config.getInt(BatchWorkerConfig.CHUNK_LINGER_MS))),
            new TakenBatches.Window(
                config.getInt(BatchWorkerConfig.MAX_BATCHES),
                config.getLong(BatchWorkerConfig.MAX_BYTES)),
            stops,
            predictors::offer,
            Clock.systemUTC(),
            telemetry);
    service.add(
        new ItemThreads(
            threads,
            scheduler,
            new ItemRunner(source, predictors, permits(config)),
            RetryDelays.ofMillis(config.getList(BatchWorkerConfig.RETRY_DELAYS_MS)),
            loop::finished,
            service::fail,
            telemetry));
    service.add(new LoopThread(instance, loop, service::fail));
    this.http =
        service.add(
            new HttpApi(
                NAME,
                config.getString(ServiceConfig.HTTP_HOST),
                config.getInt(ServiceConfig.HTTP_PORT),
                MAX_BODY_BYTES,
                telemetry,
                List.of(
                    Check.of(
                        "batches",
                        () ->
                            loop.hasJoined()
                                ? Check.Result.ok("in the group")
                                : Check.Result.failed("not in the group yet")),
                    stops.check(),
                    assets.check(),
                    announcer.check()),
                javalin -> {}));
  }

  public Service service() {
    return service;
  }

  /** The HTTP port in use, after start. */
  public int port() {
    return http.port();
  }

  private ItemSource source(ServiceConfig config, int threads) {
    var guard = AddressGuard.allowing(config.getList(BatchWorkerConfig.ITEM_ALLOWED_CIDRS));
    var client = service.closing(new GuardedHttp(guard, CONNECTIONS_PER_HOST, threads));
    List<Path> roots = config.getList(BatchWorkerConfig.FILE_ROOTS).stream().map(Path::of).toList();
    var limits =
        new ItemSource.Limits(
            config.getInt(BatchWorkerConfig.ITEM_MAX_BYTES),
            ItemSource.Limits.DEFAULT.maxDataBytes(),
            Duration.ofMillis(config.getInt(BatchWorkerConfig.ITEM_DEADLINE_MS)));
    var stores =
        service.closing(
            new ObjectStores(client, limits.deadline(), roots, ObjectStoreConfig.settings(config)));
    return new ItemSource(client, stores, limits);
  }

  private static int permits(ServiceConfig config) {
    int configured = config.getInt(BatchWorkerConfig.PREDICT_PERMITS);
    return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
  }

  private static Content resolve(ItemSource source, String uri) throws PredictionException {
    try {
      return Content.of(source.read(uri));
    } catch (SourceException e) {
      throw new PredictionException(e.code(), e.getMessage(), e.transientFailure(), e);
    }
  }
}
