package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.schemas.WebhookPayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTopologyTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private AvroCodec codec;
  private Telemetry telemetry;
  private final List<Sender.Attempt> offered = new ArrayList<>();
  private Sender.Answer answer = Sender.Answer.ACCEPTED;

  private final Job job = Jobs.job(7, Jobs.webhook("https://example.com/hook?token=t"));
  private final JobState queued = Jobs.state(job, 0, JobStatus.QUEUED);

  @TempDir private Path state;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> jobs;
  private TestInputTopic<String, byte[]> states;
  private TestInputTopic<String, byte[]> attempts;

  @BeforeEach
  void start() {
    codec = new AvroCodec(Map.of("schema.registry.url", "mock://delivery-topology"));
    telemetry = new Telemetry();
    var settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver = new TopologyTestDriver(topology().get(), settings, START);
    jobs = input(Topics.JOBS.name());
    states = input(Topics.JOB_STATES.name());
    attempts = input(Topics.WEBHOOK_ATTEMPTS.name());
  }

  @AfterEach
  void stop() {
    driver.close();
    codec.close();
    telemetry.close();
  }

  @Test
  void the_topology_is_the_approved_one() throws IOException {
    try (var approved = getClass().getResourceAsStream("/topology.txt")) {
      assertThat(topology().get().describe().toString().trim())
          .isEqualTo(new String(approved.readAllBytes(), StandardCharsets.UTF_8).trim());
    }
  }

  @Test
  void a_status_change_is_handed_over_at_once() {
    put(job);
    put(queued);

    assertThat(offered).hasSize(1);
    var attempt = offered.get(0);
    assertThat(attempt.delivery().eventId()).isEqualTo(queued.getEventId());
    assertThat(attempt.delivery().attempt()).isEqualTo(1);
    assertThat(attempt.body()).isEqualTo(WebhookEvent.of(queued).body(WebhookPayload.THIN));
    assertThat(attempt.target().url()).isEqualTo("https://example.com/hook?token=t");
    assertThat(attempt.target().secret()).isEqualTo(Jobs.SECRET);
    assertThat(attempt.partition()).isZero();
    assertThat(attempt.toString()).doesNotContain(Jobs.SECRET, "token");
  }

  @Test
  void states_read_before_their_job_wait_for_it_in_order() {
    put(queued);
    put(Jobs.state(job, 1, JobStatus.RUNNING));
    tick(Duration.ofMinutes(1));
    assertThat(offered).isEmpty();

    put(job);

    assertThat(offered)
        .extracting(attempt -> attempt.delivery().type())
        .containsExactly("job.queued", "job.running");
    assertThat(driver.getKeyValueStore(DeliveryTopology.EARLY_STATES).all().hasNext()).isFalse();
  }

  @Test
  void a_state_that_changed_no_status_or_has_no_webhook_is_no_event() {
    put(job);
    put(JobState.newBuilder(queued).setEventId(null).build());
    Job plain = Jobs.job(8, null);
    put(plain);
    put(Jobs.state(plain, 0, JobStatus.QUEUED));

    assertThat(offered).isEmpty();
    assertThat(driver.getKeyValueStore(DeliveryTopology.EARLY_STATES).all().hasNext()).isFalse();
    assertThat(driver.getKeyValueStore(DeliveryTopology.WEBHOOK_TARGETS).get("8")).isNull();
  }

  @Test
  void only_wanted_events_are_delivered() {
    Job picky = Jobs.job(9, Jobs.webhook("https://example.com/", "job.completed"));
    put(picky);
    put(Jobs.state(picky, 0, JobStatus.QUEUED));
    put(Jobs.state(picky, 1, JobStatus.COMPLETED));

    assertThat(offered)
        .extracting(attempt -> attempt.delivery().type())
        .containsExactly("job.completed");
  }

  @Test
  void the_same_event_read_twice_is_one_delivery() {
    put(job);
    put(queued);
    put(queued);

    assertThat(offered).hasSize(1);
  }

  @Test
  void a_delivered_event_is_sent_no_more_and_forgotten_after_a_while() {
    put(job);
    put(queued);
    report(AttemptOutcome.DELIVERED, 1, null);
    tick(Duration.ofDays(4));

    assertThat(offered).hasSize(1);
    assertEnded(DeliveryState.DELIVERED);
    tick(Duration.ofDays(11));
    assertEmpty();
  }

  @Test
  void a_given_up_event_is_sent_no_more_and_forgotten_after_a_while() {
    put(job);
    put(queued);
    report(AttemptOutcome.GIVEN_UP, 1, null);
    tick(Duration.ofDays(4));

    assertThat(offered).hasSize(1);
    assertEnded(DeliveryState.GIVEN_UP);
    tick(Duration.ofDays(11));
    assertEmpty();
  }

  @Test
  void a_failed_attempt_is_followed_by_the_next_when_it_is_due_and_not_before() {
    put(job);
    put(queued);
    report(AttemptOutcome.RETRY, 1, START.plusSeconds(300));

    tick(Duration.ofMillis(299_900));
    assertThat(offered).hasSize(1);
    tick(Duration.ofMillis(100));

    assertThat(offered).hasSize(2);
    assertThat(offered.get(1).delivery().attempt()).isEqualTo(2);
    assertThat(offered.get(1).body()).isEqualTo(offered.get(0).body());
    tick(Duration.ofHours(1));
    assertThat(offered).as("in the sender's hands").hasSize(2);
  }

  @Test
  void an_outcome_that_comes_twice_changes_nothing_the_second_time() {
    put(job);
    put(queued);
    report(AttemptOutcome.RETRY, 1, START.plusSeconds(10));
    report(AttemptOutcome.RETRY, 1, START.plusSeconds(1));
    tick(Duration.ofSeconds(9));
    assertThat(offered).hasSize(1);
    tick(Duration.ofSeconds(1));
    assertThat(offered).hasSize(2);

    report(AttemptOutcome.DELIVERED, 1, null);
    report(AttemptOutcome.DELIVERED, 2, null);
    report(AttemptOutcome.RETRY, 2, START.plusSeconds(20));
    tick(Duration.ofDays(1));

    assertThat(offered).hasSize(2);
    assertEnded(DeliveryState.DELIVERED);
    tick(Duration.ofDays(14));
    assertEmpty();
  }

  @Test
  void what_a_full_sender_does_not_take_stays_due() {
    put(job);
    answer = Sender.Answer.FULL;
    put(queued);
    tick(Duration.ofSeconds(1));
    answer = Sender.Answer.ACCEPTED;
    offered.clear();

    tick(Duration.ofMillis(100));
    tick(Duration.ofMillis(100));

    assertThat(offered).hasSize(1);
    assertThat(offered.get(0).delivery().attempt()).isEqualTo(1);
  }

  @Test
  void what_a_busy_receiver_is_not_sent_is_put_off_a_little() {
    put(job);
    answer = new Sender.Answer.Later(600);
    put(queued);
    tick(Duration.ofMillis(100));
    answer = Sender.Answer.ACCEPTED;
    offered.clear();

    tick(Duration.ofMillis(400));
    assertThat(offered).isEmpty();
    tick(Duration.ofMillis(200));

    assertThat(offered).hasSize(1);
  }

  @Test
  void what_was_in_a_dead_senders_hands_is_sent_again_by_the_next_owner() {
    // What a killed process leaves behind: deliveries that are due and in nobody's hands.
    put(job);
    put(queued);
    report(AttemptOutcome.RETRY, 1, START.minusSeconds(1));
    assertThat(offered).hasSize(2);
    Delivery left = offered.get(1).delivery();
    Map<String, Map<String, byte[]>> stores = contents();
    stop();
    offered.clear();
    start();
    stores.forEach(
        (name, rows) -> rows.forEach(driver.<String, byte[]>getKeyValueStore(name)::put));

    tick(Duration.ofMillis(100));

    assertThat(offered).extracting(Sender.Attempt::delivery).containsExactly(left);
    tick(Duration.ofMinutes(10));
    assertThat(offered).hasSize(1);
  }

  @Test
  void the_delivery_of_a_deleted_job_reaches_the_sender_without_a_target() {
    put(job);
    put(queued);
    report(AttemptOutcome.RETRY, 1, START.plusSeconds(1));
    jobs.pipeInput("7", null);

    tick(Duration.ofSeconds(2));

    assertThat(offered).hasSize(2);
    assertThat(offered.get(1).target()).isNull();
  }

  @Test
  void deleted_jobs_leave_nothing_whatever_is_read_first() {
    put(job);
    put(queued);
    report(AttemptOutcome.DELIVERED, 1, null);
    jobs.pipeInput("7", null);
    // The fold had more to say, and says that the job is gone last.
    put(Jobs.state(job, 1, JobStatus.RUNNING));
    states.pipeInput("7", null);
    // Events are kept to be sent again for two weeks.
    tick(Duration.ofDays(14).plusSeconds(1));

    assertThat(driver.getAllStateStores()).hasSize(6);
    for (String store : driver.getAllStateStores().keySet()) {
      assertThat(driver.getKeyValueStore(store).all().hasNext()).as(store).isFalse();
    }
  }

  @Test
  void what_nobody_can_read_goes_to_dead_letters_and_the_rest_goes_on() {
    byte[] poison = {1, 2, 3};
    jobs.pipeInput("7", poison);
    jobs.pipeInput("x", codec.encode(Topics.JOBS, job));
    states.pipeInput("7", poison);
    attempts.pipeInput("evt_1", poison);
    attempts.pipeInput("evt_1", null);
    put(job);
    put(queued);

    var dead =
        driver
            .createOutputTopic(
                Topics.DEAD_LETTERS, new StringDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList();
    assertThat(dead).hasSize(5);
    assertThat(dead.get(0).value()).isEqualTo(poison);
    assertThat(dead)
        .extracting(
            letter ->
                new String(
                    letter.headers().lastHeader("dead-letter-topic").value(),
                    StandardCharsets.UTF_8))
        .containsExactly("jobs", "jobs", "job-states", "webhook-attempts", "webhook-attempts");
    assertThat(offered).hasSize(1);
  }

  private DeliveryTopology topology() {
    Sender sender =
        attempt -> {
          offered.add(attempt);
          return answer;
        };
    return new DeliveryTopology(
        codec,
        sender,
        new ListedEndpoints(),
        (project, endpoint) -> Optional.empty(),
        new DeliveryTopology.Settings(Duration.ofDays(14), Duration.ofDays(5)),
        telemetry);
  }

  private void put(Job value) {
    jobs.pipeInput(JobIds.key(value.getId()), codec.encode(Topics.JOBS, value));
  }

  private void put(JobState value) {
    states.pipeInput(JobIds.key(value.getId()), codec.encode(Topics.JOB_STATES, value));
  }

  private void report(AttemptOutcome outcome, int attempt, Instant next) {
    var report =
        WebhookAttempt.newBuilder()
            .setEventId(queued.getEventId())
            .setEventType("job.queued")
            .setJobId(7)
            .setProject("p")
            .setUrl("https://example.com/hook")
            .setAttempt(attempt)
            .setStartedAt(START)
            .setDurationMs(1)
            .setOutcome(outcome)
            .setNextAttemptAt(next)
            .build();
    attempts.pipeInput(queued.getEventId(), codec.encode(Topics.WEBHOOK_ATTEMPTS, report));
  }

  private void tick(Duration duration) {
    driver.advanceWallClockTime(duration);
  }

  private void assertEnded(DeliveryState end) {
    byte[] kept =
        driver
            .<String, byte[]>getKeyValueStore(DeliveryTopology.DELIVERIES)
            .get(queued.getEventId() + "/inline");
    assertThat(Delivery.read(kept).state()).isEqualTo(end);
    assertThat(driver.getKeyValueStore(DeliveryTopology.DELIVERIES_DUE).all().hasNext()).isFalse();
  }

  /** Nothing but the job's target is left. */
  private void assertEmpty() {
    contents()
        .forEach(
            (name, rows) -> {
              if (!name.equals(DeliveryTopology.WEBHOOK_TARGETS)) {
                assertThat(rows.keySet()).as(name).isEmpty();
              }
            });
  }

  private Map<String, Map<String, byte[]>> contents() {
    var stores = new HashMap<String, Map<String, byte[]>>();
    for (String name : driver.getAllStateStores().keySet()) {
      var rows = new HashMap<String, byte[]>();
      try (var all = driver.<String, byte[]>getKeyValueStore(name).all()) {
        all.forEachRemaining(row -> rows.put(row.key, row.value));
      }
      stores.put(name, rows);
    }
    return stores;
  }

  private TestInputTopic<String, byte[]> input(String topic) {
    return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
  }
}
