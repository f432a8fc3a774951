package io.fanfold.webhook;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.StreamsPart;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.TopicCreator;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AvroCodec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;

/**
 * Job states to signed POSTs. The schedule lives in Streams stores and in {@code webhook-attempts};
 * what the sender holds in memory is made again after a crash, under the same event id.
 */
public final class WebhookDispatcher {

  public static final String NAME = "webhook-dispatcher";

  private static final String STREAMS_ID = "fanfold-webhooks";
  private static final long MAX_BODY_BYTES = 64 * 1024;
  private static final int MAX_RUNNING_PER_RECEIVER = 8;

  // No more than run: what waits for a receiver does so in the store, where its breaker, its rate
  // and a cancellation still reach it.
  private static final int MAX_HELD_PER_RECEIVER = MAX_RUNNING_PER_RECEIVER;
  private static final int MAX_HELD = 10_000;

  private final Service service = new Service(NAME);
  private final HttpApi http;

  /**
   * Connects to Kafka; nothing runs before the service is started.
   *
   * @throws io.fanfold.kit.KafkaUnavailableException when no broker answers
   */
  public WebhookDispatcher(ServiceConfig config, Telemetry telemetry) {
    TopicCreator.ensureTopics(config);
    var codec = service.closing(new AvroCodec(config.serdeSettings()));
    var guard = AddressGuard.allowing(config.getList(WebhookDispatcherConfig.ALLOWED_CIDRS));
    UrlRules urls = WebhookDispatcherConfig.urls(config, guard);
    var producer = service.closing(KafkaClients.producer(config, NAME + "-" + config.instance()));
    telemetry.bind(producer);
    SecretBox box = WebhookDispatcherConfig.secretBox(config);
    var endpoints = new EndpointParts(service, config, telemetry, codec, producer, urls, box);
    Sender sender = sender(config, telemetry, codec, guard, urls, box, producer);
    var streams =
        service.add(
            new StreamsPart(
                "webhook-deliveries",
                new DeliveryTopology(
                        codec,
                        sender,
                        endpoints.endpoints(),
                        endpoints.health(),
                        new DeliveryTopology.Settings(
                            Duration.ofMillis(config.getLong(WebhookDispatcherConfig.RETENTION_MS)),
                            Duration.ofMillis(
                                config.getLong(WebhookDispatcherConfig.DISABLE_AFTER_MS))),
                        telemetry)
                    .get(),
                KafkaClients.exactlyOnceStreams(config, STREAMS_ID),
                service::fail));
    telemetry.bind(streams.streams());
    var checks = new ArrayList<>(endpoints.checks());
    checks.add(streams.check());
    this.http =
        service.add(
            new HttpApi(
                NAME,
                config.getString(ServiceConfig.HTTP_HOST),
                config.getInt(ServiceConfig.HTTP_PORT),
                MAX_BODY_BYTES,
                telemetry,
                checks,
                javalin -> endpoints.api().routes(javalin.routes)));
  }

  public Service service() {
    return service;
  }

  /** The HTTP port in use, after start. */
  public int port() {
    return http.port();
  }

  private Sender sender(
      ServiceConfig config,
      Telemetry telemetry,
      AvroCodec codec,
      AddressGuard guard,
      UrlRules urls,
      SecretBox box,
      Producer<String, byte[]> producer) {
    int threads = config.getInt(WebhookDispatcherConfig.THREADS);
    var client = service.closing(new GuardedHttp(guard, threads, threads));
    var pool = pool(threads);
    // Closed before what its threads use.
    service.closing(pool::shutdownNow);
    // Our own service, wherever it is.
    var everywhere = AddressGuard.allowing(List.of("0.0.0.0/0", "::/0"));
    var jobsClient = service.closing(new GuardedHttp(everywhere, threads, threads));
    var requests =
        new AttemptRequests(
            urls,
            new TargetSecrets(config.named(WebhookDispatcherConfig.SECRETS), box),
            new HttpJobBodies(jobsClient, config.getString(WebhookDispatcherConfig.JOBS_URL)),
            Duration.ofMillis(config.getInt(WebhookDispatcherConfig.TIMEOUT_MS)));
    return new WebhookSender(
        requests,
        WebhookDispatcherConfig.schedule(config),
        client,
        new Lanes(pool, MAX_RUNNING_PER_RECEIVER, MAX_HELD_PER_RECEIVER, MAX_HELD),
        new Gates(
            config.getInt(WebhookDispatcherConfig.BREAKER_FAILURES),
            config.getLong(WebhookDispatcherConfig.BREAKER_PAUSE_MS)),
        new KafkaAttemptLog(producer, codec, service::fail),
        telemetry,
        Clock.systemUTC(),
        // The default generator is not for several threads; these are.
        () -> ThreadLocalRandom.current().nextLong());
  }

  private static ThreadPoolExecutor pool(int threads) {
    var count = new AtomicInteger();
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              var thread = new Thread(task, "webhook-sender-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            // After shutdown only: what waits is in the store and is made again by the next owner.
            new ThreadPoolExecutor.DiscardPolicy());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
