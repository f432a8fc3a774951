package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.WebhookEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryCommandsTest {

  private static final String BODY = "{\"type\":\"endpoint.disabled\"}";

  @TempDir private Path directory;
  private DispatcherDriver driver;

  @BeforeEach
  void start() {
    driver = new DispatcherDriver(directory);
    driver.endpoints.put(Jobs.endpoint("ep_1"));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void a_delivered_event_is_sent_again_with_the_same_id_and_bytes() {
    Sender.Attempt first = put(1);
    driver.deliver(first);
    driver.pass(Duration.ofDays(10));
    driver.restart();

    driver.put(replay(first).build());

    Sender.Attempt again = driver.lastTaken();
    assertThat(again.delivery().eventId()).isEqualTo(first.delivery().eventId());
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.delivery().attempt()).isEqualTo(1);
    assertThat(again.delivery().replay()).isEqualTo(1);
    driver.retry(again, Duration.ofSeconds(5));
    driver.pass(Duration.ofSeconds(5));
    assertThat(driver.lastTaken().delivery().attempt()).isEqualTo(2);
    driver.deliver(driver.lastTaken());
    assertThat(driver.state(first.delivery().eventId(), "ep_1")).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void outcomes_of_before_a_replay_do_not_end_it() {
    Sender.Attempt first = put(1);
    driver.retry(first, Duration.ofHours(1));
    driver.put(replay(first).build());
    assertThat(driver.taken).hasSize(2);

    driver.giveUp(first);
    driver.retry(first, Duration.ofSeconds(1));

    assertThat(driver.state(first.delivery().eventId(), "ep_1")).isEqualTo(DeliveryState.PENDING);
    driver.pass(Duration.ofDays(1));
    assertThat(driver.taken).hasSize(2);
  }

  @Test
  void a_replay_is_for_the_target_that_is_named_and_only_in_its_project() {
    driver.endpoints.put(Jobs.endpoint("ep_2"));
    put(1);
    List<Sender.Attempt> both = List.copyOf(driver.taken);
    both.forEach(driver::deliver);
    driver.taken.clear();

    driver.put(replay(both.get(0)).setProject("q").build());
    assertThat(driver.taken).isEmpty();
    driver.put(replay(both.get(0)).setEndpointId("ep_2").build());
    assertThat(driver.takenTypes()).containsExactly("job.queued to ep_2");
    driver.put(replay(both.get(0)).build());
    assertThat(driver.takenTypes()).contains("job.queued to ep_1").hasSize(3);
  }

  @Test
  void what_is_forgotten_cannot_be_sent_again() {
    Sender.Attempt first = put(1);
    driver.deliver(first);
    driver.pass(Duration.ofDays(15));

    driver.put(replay(first).build());

    assertThat(driver.taken).hasSize(1);
    assertThat(driver.deadLetters()).isZero();
  }

  @Test
  void what_is_pending_is_not_forgotten_however_old_it_is() {
    Sender.Attempt first = put(1);
    driver.retry(first, Duration.ofDays(20));
    driver.pass(Duration.ofDays(16));
    driver.pass(Duration.ofDays(4));

    assertThat(driver.taken).hasSize(2);
    driver.deliver(driver.lastTaken());
    driver.pass(Duration.ofHours(1));
    assertThat(driver.state(first.delivery().eventId(), "ep_1")).isNull();
  }

  @Test
  void recover_sends_exactly_what_was_given_up_since() {
    Set<String> wanted = new HashSet<>();
    for (int i = 0; i < 1_700; i++) {
      Sender.Attempt attempt = put(1_000 + i);
      switch (i % 3) {
        case 0 -> driver.deliver(attempt);
        case 1 -> driver.retry(attempt, Duration.ofDays(1));
        default -> {
          driver.giveUp(attempt);
          if (attempt.delivery().eventAtMs() >= since(1).toEpochMilli()) {
            wanted.add(attempt.delivery().eventId());
          }
        }
      }
    }
    driver.endpoints.put(Jobs.endpoint("ep_2"));
    Sender.Attempt other = put(5_000);
    driver.endpoints.put(
        WebhookEndpoint.newBuilder(Jobs.endpoint("ep_2")).setEnabled(false).build());
    driver.giveUp(other);
    driver.taken.clear();
    driver.pass(Duration.ofMinutes(1));

    driver.put(
        DispatcherDriver.command(DeliveryAction.RECOVER)
            .setEndpointId("ep_1")
            .setSince(since(1))
            .build());
    driver.pass(Duration.ofMillis(100));
    driver.restart();
    driver.passSlowly(Duration.ofSeconds(2));

    Set<String> recovered = new HashSet<>();
    for (Sender.Attempt attempt : driver.taken) {
      if (attempt.delivery().replay() == 1) {
        recovered.add(attempt.delivery().eventId());
      }
    }
    assertThat(wanted).hasSizeGreaterThan(300);
    assertThat(recovered).isEqualTo(wanted);
  }

  @Test
  void a_recovery_does_not_go_on_with_what_it_could_not_deliver() {
    driver.giveUp(put(1));
    driver.put(DispatcherDriver.command(DeliveryAction.RECOVER).setSince(since(0)).build());
    driver.pass(Duration.ofMillis(100));
    assertThat(driver.taken).hasSize(2);

    driver.giveUp(driver.lastTaken());
    driver.passSlowly(Duration.ofSeconds(1));

    assertThat(driver.taken).hasSize(2);
  }

  @Test
  void cancel_gives_up_what_is_pending_of_an_endpoint_and_says_so() {
    driver.endpoints.put(Jobs.endpoint("ep_2"));
    for (int i = 0; i < 600; i++) {
      put(1_000 + i);
    }
    List.copyOf(driver.taken).forEach(attempt -> driver.retry(attempt, Duration.ofHours(1)));
    driver.taken.clear();
    driver.pass(Duration.ofMinutes(1));

    driver.put(DispatcherDriver.command(DeliveryAction.CANCEL).setEndpointId("ep_1").build());
    driver.passSlowly(Duration.ofSeconds(1));
    driver.pass(Duration.ofHours(1));
    driver.passSlowly(Duration.ofSeconds(2));

    assertThat(driver.taken).hasSize(600);
    assertThat(driver.takenTypes()).containsOnly("job.queued to ep_2");
    var written = driver.writtenAttempts();
    assertThat(written).hasSize(600);
    assertThat(written)
        .allMatch(attempt -> attempt.getOutcome() == AttemptOutcome.CANCELED)
        .allMatch(attempt -> attempt.getEndpointId().equals("ep_1"))
        .allMatch(attempt -> attempt.getUrl().equals("https://ep-1.example.com/hook"));
  }

  @Test
  void what_happens_after_a_cancel_is_delivered() {
    driver.put(DispatcherDriver.command(DeliveryAction.CANCEL).setEndpointId("ep_1").build());
    driver.pass(Duration.ofSeconds(1));
    put(1);
    driver.retry(driver.lastTaken(), Duration.ofSeconds(5));
    driver.pass(Duration.ofSeconds(5));

    assertThat(driver.taken).hasSize(2);
  }

  @Test
  void an_attempt_that_arrives_although_it_was_canceled_counts_as_delivered() {
    Sender.Attempt attempt = put(1);
    driver.put(
        DispatcherDriver.command(DeliveryAction.CANCEL)
            .setEventId(attempt.delivery().eventId())
            .build());
    assertThat(driver.state(attempt.delivery().eventId(), "ep_1"))
        .isEqualTo(DeliveryState.CANCELED);

    driver.deliver(attempt);

    assertThat(driver.state(attempt.delivery().eventId(), "ep_1"))
        .isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void an_event_that_is_no_jobs_goes_to_those_who_named_it_or_to_the_one_that_is_meant() {
    driver.endpoints.put(Jobs.endpoint("ep_2", "endpoint.disabled"));
    var send =
        DispatcherDriver.command(DeliveryAction.SEND)
            .setEventId("evt_x")
            .setEventType("endpoint.disabled")
            .setBody(BODY);

    driver.put(send.build());
    driver.put(send.build());
    assertThat(driver.takenTypes()).containsExactly("endpoint.disabled to ep_2");
    assertThat(driver.lastTaken().body()).isEqualTo(BODY);
    driver.deliver(driver.lastTaken());

    driver.put(send.setEventId("evt_y").setEndpointId("ep_1").build());
    assertThat(driver.takenTypes()).contains("endpoint.disabled to ep_1").hasSize(2);
    driver.giveUp(driver.lastTaken());
    driver.put(replay(driver.lastTaken()).build());
    assertThat(driver.taken).hasSize(3);
  }

  @Test
  void a_command_that_lacks_what_it_needs_goes_to_dead_letters() {
    driver.put(DispatcherDriver.command(DeliveryAction.REPLAY).build());
    driver.put(DispatcherDriver.command(DeliveryAction.REPLAY).setEventId("evt/1").build());
    driver.put(DispatcherDriver.command(DeliveryAction.RECOVER).build());
    driver.put(
        DispatcherDriver.command(DeliveryAction.SEND).setEventId("evt.1").setBody("{}").build());
    driver.put(
        DispatcherDriver.command(DeliveryAction.SEND).setEventId("evt_1").setBody("{}").build());

    assertThat(driver.deadLetters()).isEqualTo(5);
  }

  /** The first event of a job, taken by the sender. */
  private Sender.Attempt put(long jobId) {
    Job job = Jobs.job(jobId, null);
    Instant at = since(0).plusMillis(jobId);
    driver.put(JobState.newBuilder(Jobs.state(job, 0, JobStatus.QUEUED)).setStatusAt(at).build());
    return driver.lastTaken();
  }

  private static Instant since(int seconds) {
    return Instant.parse("2025-12-31T23:59:00Z").plusMillis(seconds * 1_600L);
  }

  private static DeliveryCommand.Builder replay(Sender.Attempt attempt) {
    return DispatcherDriver.command(DeliveryAction.REPLAY).setEventId(attempt.delivery().eventId());
  }
}
