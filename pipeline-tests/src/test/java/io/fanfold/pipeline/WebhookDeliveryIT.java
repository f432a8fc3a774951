package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.webhook.WebhookDispatcher;
import io.fanfold.webhook.WebhookDispatcherConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dispatcher alone, on a real broker. */
class WebhookDeliveryIT {

  private static final int JOBS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "whsec_" + "A".repeat(32);

  private record Received(Headers headers, String body) {}

  @TempDir private Path directory;

  @Test
  void every_event_arrives_signed_through_failures_and_a_restart_of_the_dispatcher()
      throws Exception {
    var received = new CopyOnWriteArrayList<Received>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          received.add(new Received(exchange.getRequestHeaders(), body));
          // Nothing succeeds until the dispatcher has been restarted.
          exchange.sendResponseHeaders(received.size() > JOBS + 5 ? 204 : 500, -1);
          exchange.close();
        });
    server.start();
    try (var broker =
        EmbeddedBroker.start(
            directory.resolve("kafka"), EmbeddedBroker.LOOPBACK, 0, EmbeddedBroker.LOOPBACK)) {
      ServiceConfig config = config(broker);
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/?token=t";
      try (var telemetry = new Telemetry();
          var first = new WebhookDispatcher(config, telemetry).service()) {
        first.start();
        submit(config, url);
        await().atMost(PATIENCE).until(() -> received.size() >= JOBS);
      }
      try (var telemetry = new Telemetry();
          var second = new WebhookDispatcher(config, telemetry).service()) {
        second.start();
        await().atMost(PATIENCE).until(() -> delivered(config) == JOBS);
      }
      assertThat(received.stream().map(r -> r.headers().getFirst("webhook-id")).distinct())
          .hasSize(JOBS);
      for (Received request : received) {
        new Webhook(SECRET)
            .verify(request.body(), HttpHeaders.of(request.headers(), (name, value) -> true));
      }
    } finally {
      server.stop(0);
    }
  }

  private ServiceConfig config(EmbeddedBroker broker) {
    return ServiceConfig.of(
        WebhookDispatcherConfig.definition(),
        Map.of(
            ServiceConfig.BOOTSTRAP_SERVERS, broker.bootstrapServers(),
            ServiceConfig.SCHEMA_REGISTRY_URL, "mock://webhook-delivery",
            ServiceConfig.HTTP_PORT, "0",
            ServiceConfig.STATE_DIR, directory.resolve("state").toString(),
            WebhookDispatcherConfig.ALLOW_HTTP, "true",
            WebhookDispatcherConfig.PORTS, "*",
            WebhookDispatcherConfig.ALLOWED_CIDRS, "127.0.0.1/32",
            WebhookDispatcherConfig.RETRY_DELAYS, "PT1S,PT1S,PT1S,PT1S,PT1S",
            // The receiver fails so often in a row that it would be left alone for half a minute.
            WebhookDispatcherConfig.BREAKER_FAILURES, "0"));
  }

  /** Every second state is written before its job. */
  private static void submit(ServiceConfig config, String url) throws Exception {
    try (var producer = KafkaClients.producer(config, "test");
        var codec = new AvroCodec(config.serdeSettings())) {
      for (long id = 1; id <= JOBS; id++) {
        Job job = job(id, url);
        var records =
            new ArrayList<>(
                List.of(
                    record(codec, Topics.JOBS, id, job),
                    record(codec, Topics.JOB_STATES, id, JobStates.queued(job))));
        if (id % 2 == 0) {
          records.add(records.remove(0));
        }
        for (ProducerRecord<String, byte[]> record : records) {
          producer.send(record).get();
        }
      }
    }
  }

  private static <V extends SpecificRecord> ProducerRecord<String, byte[]> record(
      AvroCodec codec, Topic<V> topic, long id, V value) {
    return new ProducerRecord<>(topic.name(), JobIds.key(id), codec.encode(topic, value));
  }

  private static Job job(long id, String url) {
    return Job.newBuilder()
        .setId(id)
        .setProject("p")
        .setTotalItems(1)
        .setBatchSize(1)
        .setBatchCount(1)
        .setFeatures(List.of())
        .setMetadata(Map.of())
        .setFailureIsolation(FailureIsolation.ITEM)
        .setWebhook(
            io.fanfold.schemas.Webhook.newBuilder()
                .setUrl(url)
                .setSecret(SECRET)
                .setEvents(List.of())
                .build())
        .setCreatedAt(Instant.parse("2026-01-01T00:00:00Z"))
        .build();
  }

  private static long delivered(ServiceConfig config) {
    var events = new ArrayList<String>();
    try (var reader = KafkaClients.reader(config, "test");
        var codec = new AvroCodec(config.serdeSettings())) {
      var partitions =
          reader.partitionsFor(Topics.WEBHOOK_ATTEMPTS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> reader.position(p) < ends.get(p))) {
        for (var found : reader.poll(Duration.ofMillis(100))) {
          if (found.value() == null) {
            // The mark of a takeover.
            continue;
          }
          WebhookAttempt attempt = codec.decode(Topics.WEBHOOK_ATTEMPTS, found.value());
          if (attempt.getOutcome() == AttemptOutcome.DELIVERED) {
            events.add(attempt.getEventId());
          }
        }
      }
    }
    return events.stream().distinct().count();
  }
}
