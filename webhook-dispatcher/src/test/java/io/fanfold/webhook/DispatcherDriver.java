package io.fanfold.webhook;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.EndpointCommand;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** The delivery topology for tests: a clock that is moved, a sender that answers as it is told. */
final class DispatcherDriver implements AutoCloseable {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final ListedEndpoints endpoints = new ListedEndpoints();
  final Map<String, Instant> delivered = new HashMap<>();
  final List<Sender.Attempt> offered = new ArrayList<>();
  final List<Sender.Attempt> taken = new ArrayList<>();
  final Telemetry telemetry = new Telemetry();
  Sender sender = attempt -> Sender.Answer.ACCEPTED;

  private final AvroCodec codec =
      new AvroCodec(Map.of("schema.registry.url", "mock://dispatcher-driver"));
  private final Path directory;
  private Instant now = START;
  private int starts;
  private TopologyTestDriver driver;
  private TestOutputTopic<String, byte[]> attempts;
  private TestOutputTopic<String, byte[]> commands;
  private TestOutputTopic<String, byte[]> deadLetters;

  /**
   * @param directory for the stores
   */
  DispatcherDriver(Path directory) {
    this.directory = directory;
    start();
    // Of another takeover; it makes the processor begin with its own, which is over at once.
    pipe(Topics.WEBHOOK_ATTEMPTS.name(), "takeover/another", null);
  }

  private void start() {
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("" + ++starts).toString());
    var topology =
        new DeliveryTopology(
            codec,
            this::offer,
            endpoints,
            (project, id) -> Optional.ofNullable(delivered.get(project + "/" + id)),
            new DeliveryTopology.Settings(Duration.ofDays(14), Duration.ofDays(5)),
            telemetry);
    driver = new TopologyTestDriver(topology.get(), settings, now);
    attempts = output(Topics.WEBHOOK_ATTEMPTS.name());
    commands = output(Topics.ENDPOINT_COMMANDS.name());
    deadLetters = output(Topics.DEAD_LETTERS);
  }

  private Sender.Answer offer(Sender.Attempt attempt) {
    offered.add(attempt);
    Sender.Answer answer = sender.offer(attempt);
    if (answer instanceof Sender.Answer.Accepted) {
      taken.add(attempt);
    }
    return answer;
  }

  /** Another process on the same stores; what the sender had in hand is lost. */
  void restart() {
    Map<String, Map<String, byte[]>> stores = new HashMap<>();
    driver.getAllStateStores().keySet().forEach(name -> stores.put(name, rows(name)));
    driver.close();
    offered.clear();
    taken.clear();
    start();
    stores.forEach(
        (name, rows) -> rows.forEach(driver.<String, byte[]>getKeyValueStore(name)::put));
  }

  Map<String, byte[]> rows(String store) {
    var rows = new HashMap<String, byte[]>();
    try (var all = driver.<String, byte[]>getKeyValueStore(store).all()) {
      all.forEachRemaining(row -> rows.put(row.key, row.value));
    }
    return rows;
  }

  DeliveryState state(String eventId, String target) {
    byte[] row =
        driver
            .<String, byte[]>getKeyValueStore(DeliveryTopology.DELIVERIES)
            .get(eventId + "/" + target);
    return row == null ? null : Delivery.read(row).state();
  }

  Instant now() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  /** As a running process would: with ticks all the time. */
  void passSlowly(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= 100) {
      pass(Duration.ofMillis(100));
    }
  }

  void put(Job job) {
    pipe(Topics.JOBS.name(), JobIds.key(job.getId()), codec.encode(Topics.JOBS, job));
  }

  void put(JobState state) {
    pipe(
        Topics.JOB_STATES.name(),
        JobIds.key(state.getId()),
        codec.encode(Topics.JOB_STATES, state));
  }

  void put(DeliveryCommand command) {
    pipe(
        Topics.DELIVERY_COMMANDS.name(),
        command.getProject(),
        codec.encode(Topics.DELIVERY_COMMANDS, command));
  }

  static DeliveryCommand.Builder command(DeliveryAction action) {
    return DeliveryCommand.newBuilder().setProject("p").setAction(action);
  }

  /** Reports on an attempt as the sender would. */
  void report(
      Sender.Attempt attempt, AttemptOutcome outcome, Integer status, Instant nextAttemptAt) {
    WebhookAttempt record =
        AttemptRecords.of(attempt.delivery(), attempt.target())
            .setStartedAt(now)
            .setDurationMs(1)
            .setOutcome(outcome)
            .setResponseStatus(status)
            .setNextAttemptAt(nextAttemptAt)
            .build();
    pipe(
        Topics.WEBHOOK_ATTEMPTS.name(),
        record.getEventId(),
        codec.encode(Topics.WEBHOOK_ATTEMPTS, record));
  }

  void deliver(Sender.Attempt attempt) {
    report(attempt, AttemptOutcome.DELIVERED, 200, null);
  }

  void retry(Sender.Attempt attempt, Duration later) {
    report(attempt, AttemptOutcome.RETRY, 500, now.plus(later));
  }

  void giveUp(Sender.Attempt attempt) {
    report(attempt, AttemptOutcome.GIVEN_UP, 500, null);
  }

  Sender.Attempt lastTaken() {
    return taken.get(taken.size() - 1);
  }

  /** Event types and targets of what the sender has taken. */
  List<String> takenTypes() {
    return taken.stream()
        .map(attempt -> attempt.delivery().type() + " to " + attempt.delivery().targetId())
        .toList();
  }

  List<WebhookAttempt> writtenAttempts() {
    return attempts.readValuesToList().stream()
        // The mark of a takeover has none.
        .filter(Objects::nonNull)
        .map(value -> codec.decode(Topics.WEBHOOK_ATTEMPTS, value))
        .toList();
  }

  Map<String, EndpointCommand> writtenCommands() {
    var found = new HashMap<String, EndpointCommand>();
    commands
        .readKeyValuesToList()
        .forEach(row -> found.put(row.key, codec.decode(Topics.ENDPOINT_COMMANDS, row.value)));
    return found;
  }

  int deadLetters() {
    return deadLetters.readValuesToList().size();
  }

  private void pipe(String topic, String key, byte[] value) {
    driver
        .createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
        .pipeInput(key, value, now);
  }

  private TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    driver.close();
    codec.close();
    telemetry.close();
  }
}
