package io.fanfold.webhook;

import io.fanfold.kit.Check;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.StreamsPart;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.WebhookRules;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AvroCodec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;

/**
 * Endpoints, the log of attempts, and what HTTP asks of both, as parts of the dispatcher. They come
 * before the deliveries: an event that is read before its project's endpoints would reach none.
 */
final class EndpointParts {

  private static final String STREAMS_ID = "fanfold-webhook-endpoints";
  private static final Duration CHANGE_PATIENCE = Duration.ofSeconds(8);
  private static final Duration CATCH_UP_PATIENCE = Duration.ofMinutes(1);

  private final EndpointsView endpoints;
  private final AttemptView attempts;
  private final AttemptReader reader;
  private final StreamsPart streams;
  private final WebhookApi api;

  /**
   * @param service gets all that has to be started and closed
   * @param producer durable; not closed here
   */
  EndpointParts(
      Service service,
      ServiceConfig config,
      Telemetry telemetry,
      AvroCodec codec,
      Producer<String, byte[]> producer,
      UrlRules urls,
      SecretBox box) {
    var clock = Clock.systemUTC();
    String name = WebhookDispatcher.NAME;
    this.endpoints = new EndpointsView(KafkaClients.reader(config, name + "-endpoints"), codec);
    service.add(new LoopThread(name + "-endpoints", endpoints, service::fail));
    service.add(new CaughtUp(endpoints));
    this.streams =
        service.add(
            new StreamsPart(
                "webhook-endpoint-changes",
                new EndpointTopology(codec, telemetry).get(),
                KafkaClients.exactlyOnceStreams(config, STREAMS_ID),
                service::fail));
    telemetry.bind(streams.streams());
    var store =
        service.closing(
            new AttemptStore(
                Path.of(config.getString(ServiceConfig.STATE_DIR))
                    .resolve("webhook-attempts-" + config.instance())));
    this.attempts =
        new AttemptView(
            store, codec, Duration.ofMillis(config.getLong(WebhookDispatcherConfig.RETENTION_MS)));
    this.reader =
        new AttemptReader(KafkaClients.reader(config, name + "-attempts"), attempts, clock);
    service.add(new LoopThread(name + "-attempts", reader, service::fail));

    var sender = new RecordSender(codec, producer);
    var changes = new EndpointChanges(sender, endpoints, CHANGE_PATIENCE, clock);
    var drafts = new EndpointDrafts(new WebhookRules(urls), box, clock);
    var endpointsApi = new EndpointsApi(endpoints, changes, drafts, clock);
    var attemptsApi = new AttemptsApi(attempts, reader::isCaughtUp, endpointsApi);
    this.api =
        new WebhookApi(
            endpointsApi, attemptsApi, new DeliveriesApi(endpointsApi, attemptsApi, sender, clock));
  }

  Endpoints endpoints() {
    return endpoints;
  }

  EndpointHealth health() {
    return attempts;
  }

  WebhookApi api() {
    return api;
  }

  List<Check> checks() {
    return List.of(endpoints.check(), streams.check(), reader.check());
  }

  /** What comes after it finds all endpoints that there were. */
  private record CaughtUp(EndpointsView endpoints) implements Service.Part {

    @Override
    public void start() throws InterruptedException, TimeoutException {
      if (!endpoints.awaitCaughtUp(CATCH_UP_PATIENCE)) {
        throw new TimeoutException("webhook-endpoints could not be read in time");
      }
    }

    @Override
    public void close() {}
  }
}
