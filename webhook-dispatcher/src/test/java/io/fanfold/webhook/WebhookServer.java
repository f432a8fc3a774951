package io.fanfold.webhook;

import static io.fanfold.webhook.EndpointSamples.NOW;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.Telemetry;
import io.fanfold.kit.WebhookRules;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/**
 * The dispatcher's HTTP on a real port. Commands that it produces are applied by the real topology,
 * whose output the real view reads; only Kafka between them is not real.
 */
final class WebhookServer implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMillis(300);

  final AtomicReference<JavalinConfig> javalin = new AtomicReference<>();
  final AtomicReference<Clock> clock = new AtomicReference<>(Clock.fixed(NOW, ZoneOffset.UTC));
  final SecretBox box = EndpointSamples.box(EndpointSamples.MASTER_KEY);
  final EndpointsView view;

  /** Called before a command is applied: something that is faster. */
  final AtomicReference<Runnable> before = new AtomicReference<>(() -> {});

  private final AvroCodec codec =
      new AvroCodec(Map.of("schema.registry.url", "mock://webhook-server"));
  private final Telemetry telemetry = new Telemetry();
  private final FakeReader endpoints = new FakeReader(Topics.WEBHOOK_ENDPOINTS.name(), 0);
  private final Applying producer = new Applying();
  private final TopologyTestDriver driver;
  private final TestInputTopic<String, byte[]> commands;
  private final TestOutputTopic<String, byte[]> written;
  private final LoopThread reading;
  private final AttemptStore store;
  private final AttemptView attempts;
  private final HttpApi http;
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile boolean deaf;
  private long offset;

  WebhookServer(Path directory, boolean withKey) {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("streams").toString());
    driver = new TopologyTestDriver(new EndpointTopology(codec, telemetry).get(), settings, NOW);
    commands =
        driver.createInputTopic(
            Topics.ENDPOINT_COMMANDS.name(), new StringSerializer(), new ByteArraySerializer());
    written =
        driver.createOutputTopic(
            Topics.WEBHOOK_ENDPOINTS.name(), new StringDeserializer(), new ByteArrayDeserializer());
    view = new EndpointsView(endpoints, codec);
    reading =
        new LoopThread(
            "endpoints",
            view,
            cause -> {
              throw new AssertionError(cause);
            });
    reading.start();
    store = new AttemptStore(directory.resolve("attempts"));
    attempts = new AttemptView(store, codec, Duration.ofDays(14));
    var time = new CurrentClock();
    var sender = new RecordSender(codec, producer);
    var urls = UrlRules.webhooks(false, List.of("443"), AddressGuard.allowing(List.of()));
    var drafts =
        new EndpointDrafts(new WebhookRules(urls), withKey ? box : EndpointSamples.box(), time);
    var endpointsApi =
        new EndpointsApi(view, new EndpointChanges(sender, view, PATIENCE, time), drafts, time);
    var attemptsApi = new AttemptsApi(attempts, () -> true, endpointsApi);
    var api =
        new WebhookApi(
            endpointsApi, attemptsApi, new DeliveriesApi(endpointsApi, attemptsApi, sender, time));
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            64 * 1024,
            telemetry,
            List.of(),
            config -> {
              javalin.set(config);
              api.routes(config.routes);
            });
    http.start();
    EndpointSamples.await(view::isCaughtUp);
  }

  /** From now on nothing that is produced is applied. */
  void stopApplying() {
    deaf = true;
  }

  HttpResponse<String> send(String method, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
            .header("Fanfold-Project", "p")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(HttpResponse<String> answer) {
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  /** An endpoint of project p, made over HTTP. */
  JsonNode create() {
    return json(send("POST", "/v1/webhooks/endpoints", "{\"url\":\"https://a.example/hook\"}"));
  }

  void attempted(WebhookAttempt attempt) {
    attempts.take(
        List.of(
            new ConsumerRecord<>(
                Topics.WEBHOOK_ATTEMPTS.name(),
                2,
                offset++,
                attempt.getEventId(),
                codec.encode(Topics.WEBHOOK_ATTEMPTS, attempt))),
        NOW);
  }

  /** Commands about deliveries that were produced, with the partition each was produced to. */
  List<Map.Entry<Integer, DeliveryCommand>> commands() {
    return producer.history().stream()
        .filter(record -> record.topic().equals(Topics.DELIVERY_COMMANDS.name()))
        .map(
            record ->
                Map.entry(
                    record.partition() == null ? -1 : record.partition(),
                    codec.decode(Topics.DELIVERY_COMMANDS, record.value())))
        .toList();
  }

  /** Applies a command as if another instance had sent it. */
  void apply(String key, io.fanfold.schemas.EndpointCommand command) {
    apply(key, codec.encode(Topics.ENDPOINT_COMMANDS, command));
  }

  private void apply(String key, byte[] command) {
    synchronized (driver) {
      commands.pipeInput(key, command, NOW);
      written.readKeyValuesToList().forEach(row -> endpoints.arrives(row.key, row.value));
    }
  }

  @Override
  public void close() {
    http.close();
    reading.close();
    store.close();
    driver.close();
    telemetry.close();
    codec.close();
  }

  private final class CurrentClock extends Clock {

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return clock.get().instant();
    }
  }

  /** Has four partitions, and whatever is a change of an endpoint applied. */
  private final class Applying extends MockProducer<String, byte[]> {

    Applying() {
      super(
          new Cluster(
              "test",
              List.of(),
              List.of(partition(0), partition(1), partition(2), partition(3)),
              java.util.Set.of(),
              java.util.Set.of()),
          true,
          null,
          new StringSerializer(),
          new ByteArraySerializer());
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record, Callback callback) {
      Future<RecordMetadata> sent = super.send(record, callback);
      if (record.topic().equals(Topics.ENDPOINT_COMMANDS.name()) && !deaf) {
        before.get().run();
        apply(record.key(), record.value());
      }
      return sent;
    }
  }

  private static PartitionInfo partition(int number) {
    return new PartitionInfo(
        Topics.DELIVERY_COMMANDS.name(), number, Node.noNode(), new Node[0], new Node[0]);
  }
}
