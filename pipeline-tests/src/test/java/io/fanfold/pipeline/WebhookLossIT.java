package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.standalone.registry.SchemaRegistryServer;
import io.fanfold.webhook.WebhookDispatcherMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Status changes to receivers that refuse a third of what comes, while the dispatcher is killed
 * with -9 again and again in the middle of its work. {@code -Dfanfold.events} says how many
 * changes, {@code -Dfanfold.kills} how many kills, {@code -Dfanfold.seed} repeats a run's choices.
 */
final class WebhookLossIT {

  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());
  private static final int EVENTS = Integer.getInteger("fanfold.events", 400);
  private static final int KILLS = Integer.getInteger("fanfold.kills", 3);
  private static final int RECEIVERS = 4;

  /** What the dispatcher has open at one receiver, at most. */
  private static final int IN_FLIGHT = 8;

  private static final List<JobStatus> LIFE =
      List.of(JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.COMPLETED);
  private static final Duration PATIENCE = Duration.ofSeconds(90).plusMillis(20L * EVENTS);

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final Map<String, DeliveryAudit.Event> events = new HashMap<>();

  @Test
  void no_status_change_is_lost_and_few_come_twice_however_often_the_dispatcher_is_killed()
      throws Exception {
    System.out.printf("fanfold.seed=%d fanfold.events=%d fanfold.kills=%d%n", SEED, EVENTS, KILLS);
    try (var broker = EmbeddedBroker.start(directory.resolve("kafka"));
        var registry =
            SchemaRegistryServer.start(broker.bootstrapServers(), Map.of(), "127.0.0.1", 0);
        var receivers = new FlakyReceivers(SEED);
        var codec =
            new AvroCodec(Map.of("schema.registry.url", "http://127.0.0.1:" + registry.port()))) {
      var config = new HashMap<String, String>();
      config.put("bootstrap.servers", broker.bootstrapServers());
      config.put("schema.registry.url", "http://127.0.0.1:" + registry.port());
      config.put("topic.partitions", "4");
      config.put("webhook.allow.http", "true");
      config.put("webhook.ports", "*");
      config.put("webhook.allowed.cidrs", "127.0.0.1/32");
      // So many that chance gives none of them up.
      config.put("webhook.retry.delays", String.join(",", Collections.nCopies(60, "PT0.2S")));
      try (var dispatcher =
          new ServiceProcess(
              WebhookDispatcherMain.class, directory.resolve("dispatcher"), config)) {
        dispatcher.start();
        dispatcher.awaitReady();
        try (var producer =
            new KafkaProducer<>(
                Map.<String, Object>of(
                    "bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
          story(records(codec, receivers), producer, dispatcher, receivers);
        }
        await("every delivery is recorded as such")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(500))
            .until(() -> delivered(broker, codec) == EVENTS);
        assertThat(dispatcher.stop()).as("exit code after SIGTERM").isIn(0, 143);
      }
      judge(receivers, WebhookRecords.attempts(broker.bootstrapServers(), codec));
    }
  }

  /** A part of the records goes out before each kill, which comes while that part is delivered. */
  private void story(
      List<ProducerRecord<String, byte[]>> records,
      KafkaProducer<String, byte[]> producer,
      ServiceProcess dispatcher,
      FlakyReceivers receivers)
      throws Exception {
    int sent = 0;
    for (int kill = 0; kill <= KILLS; kill++) {
      int upTo = (int) ((long) records.size() * (kill + 1) / (KILLS + 1));
      for (ProducerRecord<String, byte[]> record : records.subList(sent, upTo)) {
        producer.send(record);
      }
      producer.flush();
      sent = upTo;
      if (kill < KILLS) {
        int taken = receivers.taken();
        int goal =
            taken + random.nextInt(Math.max(1, deliverable(records.subList(0, sent)) - taken));
        await("%d are taken before kill %d".formatted(goal, kill))
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> receivers.taken() >= goal);
        dispatcher.kill();
        dispatcher.start();
      }
    }
    await("all are taken").atMost(PATIENCE).until(() -> receivers.taken() == EVENTS);
  }

  /** The states whose job is there, too. */
  private static int deliverable(List<ProducerRecord<String, byte[]>> records) {
    var jobs =
        records.stream()
            .filter(record -> record.topic().equals(Topics.JOBS.name()))
            .map(ProducerRecord::key)
            .collect(Collectors.toSet());
    long all = records.stream().filter(record -> jobs.contains(record.key())).count();
    return (int) all - jobs.size();
  }

  private void judge(FlakyReceivers receivers, List<WebhookAttempt> attempts) {
    List<DeliveryAudit.Received> requests = receivers.requests();
    long twice = DeliveryAudit.twice(requests);
    long recorded =
        attempts.stream().filter(a -> a.getOutcome() == AttemptOutcome.DELIVERED).count() - EVENTS;
    long ids = requests.stream().map(DeliveryAudit.Received::id).distinct().count();
    System.out.printf(
        "webhooks: %d events, %d kills, %d requests, %d of them refused, %d distinct ids, %d once"
            + " more (%d recorded twice, in flight %d x %d kills), %d open at a time, %d attempts"
            + " recorded%n",
        EVENTS,
        KILLS,
        requests.size(),
        requests.stream().filter(r -> !r.answered()).count(),
        ids,
        twice,
        recorded,
        RECEIVERS * IN_FLIGHT,
        KILLS,
        receivers.mostOpen(),
        attempts.size());
    assertThat(DeliveryAudit.violations(events, requests, (long) RECEIVERS * IN_FLIGHT * KILLS))
        .as("seed %d", SEED)
        .isEmpty();
    assertThat(ids).isEqualTo(EVENTS);
    assertThat(receivers.mostOpen()).isLessThanOrEqualTo(RECEIVERS * IN_FLIGHT);
    assertThat(twice - recorded)
        .as("taken, but killed before that was recorded; seed %d", SEED)
        .isLessThanOrEqualTo((long) RECEIVERS * IN_FLIGHT * KILLS);
    assertThat(attempts)
        .extracting(WebhookAttempt::getOutcome)
        .doesNotContain(AttemptOutcome.GIVEN_UP);
  }

  /** Jobs and their states in an order that knows no job, but each job's states in theirs. */
  private List<ProducerRecord<String, byte[]>> records(AvroCodec codec, FlakyReceivers receivers) {
    var lines = new ArrayList<List<ProducerRecord<String, byte[]>>>();
    for (int first = 0; first < EVENTS; first += LIFE.size()) {
      long id = 1 + first / LIFE.size();
      Job job = WebhookRecords.job(id, name(), receivers.url(random.nextInt(RECEIVERS)));
      var line = new ArrayList<ProducerRecord<String, byte[]>>();
      for (int i = 0; i < LIFE.size() && first + i < EVENTS; i++) {
        JobState state = WebhookRecords.state(job, i, LIFE.get(i));
        events.put(state.getEventId(), new DeliveryAudit.Event(id, LIFE.get(i).name(), i));
        line.add(WebhookRecords.record(codec, state));
      }
      // The job itself before, between or after its states.
      line.add(random.nextInt(line.size() + 1), WebhookRecords.record(codec, job));
      lines.add(line);
    }
    var records = new ArrayList<ProducerRecord<String, byte[]>>();
    while (!lines.isEmpty()) {
      // From the first few, so that each part of the run has whole lives in it.
      var line = lines.get(random.nextInt(Math.min(10, lines.size())));
      records.add(line.remove(0));
      if (line.isEmpty()) {
        lines.remove(line);
      }
    }
    return records;
  }

  private String name() {
    return random
        .ints(random.nextInt(60), 0x20, 0x1f680)
        .filter(c -> c < 0xd800 || c > 0xdfff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static int delivered(EmbeddedBroker broker, AvroCodec codec) {
    return WebhookRecords.attempts(broker.bootstrapServers(), codec).stream()
        .filter(attempt -> attempt.getOutcome() == AttemptOutcome.DELIVERED)
        .map(WebhookAttempt::getEventId)
        .collect(Collectors.toSet())
        .size();
  }
}
