package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.Telemetry;
import io.fanfold.pipeline.RawReceiver.Manner;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.webhook.WebhookDispatcher;
import io.fanfold.webhook.WebhookDispatcherConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many receivers, some of them as bad as can be: what holds however fast or slow the machine is.
 * How long the good ones wait is measured by {@code build-bin/bench webhooks}.
 */
final class WebhookIsolationIT {

  private static final int GOOD_RECEIVERS = 17;
  private static final int GOOD_EVENTS = 20;

  /** More than the dispatcher holds for one receiver. */
  private static final int BAD_EVENTS = 300;

  private static final int IN_FLIGHT = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration MARGIN = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  private final List<RawReceiver> receivers = new ArrayList<>();
  private final AtomicLong ids = new AtomicLong();
  private EmbeddedBroker broker;
  private ServiceConfig config;
  private AvroCodec codec;

  @BeforeEach
  void start() throws IOException {
    broker =
        EmbeddedBroker.start(
            directory.resolve("kafka"), EmbeddedBroker.LOOPBACK, 0, EmbeddedBroker.LOOPBACK);
    config =
        ServiceConfig.of(
            WebhookDispatcherConfig.definition(),
            Map.of(
                ServiceConfig.BOOTSTRAP_SERVERS, broker.bootstrapServers(),
                ServiceConfig.SCHEMA_REGISTRY_URL, "mock://webhook-isolation",
                ServiceConfig.HTTP_PORT, "0",
                ServiceConfig.STATE_DIR, directory.resolve("state").toString(),
                WebhookDispatcherConfig.ALLOW_HTTP, "true",
                WebhookDispatcherConfig.PORTS, "*",
                WebhookDispatcherConfig.ALLOWED_CIDRS, "127.0.0.1/32",
                WebhookDispatcherConfig.TIMEOUT_MS, Long.toString(TIMEOUT.toMillis())));
    codec = new AvroCodec(config.serdeSettings());
  }

  @AfterEach
  void stop() throws IOException {
    for (RawReceiver receiver : receivers) {
      receiver.close();
    }
    codec.close();
    broker.close();
  }

  @Test
  void bad_receivers_hold_up_nobody_but_themselves() throws Exception {
    List<RawReceiver> bad = add(List.of(Manner.SILENT, Manner.DRIPPING, Manner.FAILING));
    List<RawReceiver> good = new ArrayList<>();
    while (good.size() < GOOD_RECEIVERS) {
      good.addAll(add(List.of(Manner.GOOD)));
    }
    try (var telemetry = new Telemetry();
        var dispatcher = new WebhookDispatcher(config, telemetry).service();
        var producer = KafkaClients.producer(config, "test")) {
      dispatcher.start();
      submit(producer, bad, BAD_EVENTS);
      await("the bad ones are busy")
          .atMost(PATIENCE)
          .until(
              () -> bad.get(0).open() > 0 && bad.get(1).open() > 0 && !bad.get(2).ids().isEmpty());
      submit(producer, good, GOOD_EVENTS);
      await("the good ones have all of theirs")
          .atMost(PATIENCE)
          .until(() -> good.stream().allMatch(each -> each.ids().size() == GOOD_EVENTS));

      assertThat(bad.get(0).open()).isLessThanOrEqualTo(IN_FLIGHT);
      // The dripper sees that its clients have hung up only with its next byte.
      assertThat(bad.get(1).open()).isLessThanOrEqualTo(2 * IN_FLIGHT);
      assertThat(attempts())
          .filteredOn(attempt -> attempt.getOutcome() == AttemptOutcome.DELIVERED)
          .extracting(WebhookAttempt::getUrl)
          .doesNotContainAnyElementsOf(bad.stream().map(RawReceiver::url).toList());
    }
  }

  @Test
  void no_attempt_outlasts_its_deadline_whatever_the_receiver_does() throws Exception {
    List<RawReceiver> all = add(Arrays.asList(Manner.values()));
    int each = 4;
    try (var telemetry = new Telemetry();
        var dispatcher = new WebhookDispatcher(config, telemetry).service();
        var producer = KafkaClients.producer(config, "test")) {
      dispatcher.start();
      submit(producer, all, each);
      await("each event was tried")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () ->
                  attempts().stream().map(WebhookAttempt::getEventId).distinct().count()
                      == (long) all.size() * each);

      Map<String, List<WebhookAttempt>> byUrl =
          attempts().stream().collect(Collectors.groupingBy(WebhookAttempt::getUrl));
      var durations = new EnumMap<Manner, DoubleSummaryStatistics>(Manner.class);
      for (RawReceiver receiver : all) {
        durations.put(
            receiver.manner(),
            byUrl.get(receiver.url()).stream()
                .mapToDouble(WebhookAttempt::getDurationMs)
                .summaryStatistics());
      }
      durations.forEach(
          (manner, ms) ->
              System.out.printf(
                  "webhooks: attempts at %s took %.0f to %.0f ms%n",
                  manner, ms.getMin(), ms.getMax()));
      // A machine that is busy with something else may be late once, but not each time.
      assertThat(durations)
          .allSatisfy(
              (manner, ms) ->
                  assertThat(ms.getMin())
                      .as("%s", manner)
                      .isLessThanOrEqualTo(TIMEOUT.plus(MARGIN).toMillis()));
      assertThat(all)
          .allSatisfy(
              receiver ->
                  assertThat(receiver.sent())
                      .as("%s, bytes before we hung up %d times", receiver.manner(), each)
                      .isLessThan(each * (32L << 20)));
    }
  }

  private List<RawReceiver> add(List<Manner> manners) throws IOException {
    var added = new ArrayList<RawReceiver>();
    for (Manner manner : manners) {
      added.add(new RawReceiver(manner));
    }
    receivers.addAll(added);
    return added;
  }

  private void submit(Producer<String, byte[]> producer, List<RawReceiver> to, int events) {
    for (int i = 0; i < events; i++) {
      for (RawReceiver receiver : to) {
        Job job = WebhookRecords.job(ids.incrementAndGet(), "job", receiver.url());
        producer.send(WebhookRecords.record(codec, job));
        producer.send(WebhookRecords.record(codec, WebhookRecords.state(job, 0, JobStatus.QUEUED)));
      }
    }
    producer.flush();
  }

  private List<WebhookAttempt> attempts() {
    return WebhookRecords.attempts(broker.bootstrapServers(), codec);
  }
}
