package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.DisabledReason;
import io.fanfold.schemas.EndpointAction;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Webhook;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.WebhookPayload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointDeliveryTest {

  private final Job plain = Jobs.job(7, null);
  private final Job hooked = Jobs.job(8, Jobs.webhook("https://example.com/"));

  @TempDir private Path directory;
  private DispatcherDriver driver;

  @BeforeEach
  void start() {
    driver = new DispatcherDriver(directory);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void an_event_goes_to_every_target_that_wants_it() {
    driver.endpoints.put(Jobs.endpoint("ep_all"));
    driver.endpoints.put(Jobs.endpoint("ep_ends", "job.completed"));
    driver.endpoints.put(
        WebhookEndpoint.newBuilder(Jobs.endpoint("ep_other")).setProject("q").build());
    driver.endpoints.put(
        WebhookEndpoint.newBuilder(Jobs.endpoint("ep_off")).setEnabled(false).build());
    driver.put(hooked);
    driver.put(Jobs.state(hooked, 0, JobStatus.QUEUED));
    driver.put(Jobs.state(hooked, 1, JobStatus.COMPLETED));

    assertThat(driver.takenTypes())
        .containsExactlyInAnyOrder(
            "job.queued to ep_all",
            "job.queued to inline",
            "job.completed to ep_all",
            "job.completed to ep_ends",
            "job.completed to inline");
    assertThat(driver.taken)
        .extracting(attempt -> attempt.delivery().eventId())
        .containsOnly(
            Jobs.state(hooked, 0, JobStatus.QUEUED).getEventId(),
            Jobs.state(hooked, 1, JobStatus.COMPLETED).getEventId());
  }

  @Test
  void jobs_without_a_webhook_are_told_to_endpoints_without_waiting_for_anything() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));

    driver.put(Jobs.state(plain, 0, JobStatus.QUEUED));

    assertThat(driver.takenTypes()).containsExactly("job.queued to ep_1");
    assertThat(driver.lastTaken().target().url())
        .isEqualTo("https://ep-1.example.com/hook?token=t");
  }

  @Test
  void each_target_has_its_own_attempts() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));
    driver.endpoints.put(Jobs.endpoint("ep_2"));
    driver.put(Jobs.state(plain, 0, JobStatus.QUEUED));
    List<Sender.Attempt> first = List.copyOf(driver.taken);

    driver.retry(first.get(0), Duration.ofSeconds(5));
    driver.deliver(first.get(1));
    driver.pass(Duration.ofSeconds(5));

    assertThat(driver.taken).hasSize(3);
    assertThat(driver.lastTaken().delivery().targetId()).isEqualTo("ep_1");
    assertThat(driver.lastTaken().delivery().attempt()).isEqualTo(2);
  }

  @Test
  void a_body_is_thin_or_full_as_the_target_asks_and_the_same_in_every_attempt() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));
    driver.endpoints.put(
        WebhookEndpoint.newBuilder(Jobs.endpoint("ep_2")).setPayload(WebhookPayload.FULL).build());
    JobState state = Jobs.state(plain, 0, JobStatus.QUEUED);
    driver.put(state);

    assertThat(driver.taken.get(0).body())
        .isEqualTo(WebhookEvent.of(state).body(WebhookPayload.THIN));
    assertThat(driver.taken.get(1).body())
        .isEqualTo(WebhookEvent.of(state).body(WebhookPayload.FULL));
    driver.retry(driver.taken.get(1), Duration.ofSeconds(5));
    driver.restart();
    driver.pass(Duration.ofSeconds(6));
    assertThat(driver.lastTaken().body())
        .isEqualTo(WebhookEvent.of(state).body(WebhookPayload.FULL));
  }

  @Test
  void what_happened_before_an_endpoint_was_made_is_not_for_it() {
    driver.endpoints.put(
        WebhookEndpoint.newBuilder(Jobs.endpoint("ep_1"))
            .setCreatedAt(DispatcherDriver.START.plusSeconds(3600))
            .build());

    driver.put(Jobs.state(plain, 0, JobStatus.QUEUED));

    assertThat(driver.taken).isEmpty();
  }

  @Test
  void progress_is_told_at_each_step_to_those_who_asked_for_it() {
    driver.endpoints.put(Jobs.endpoint("ep_all"));
    driver.endpoints.put(
        WebhookEndpoint.newBuilder(Jobs.endpoint("ep_four", "job.progress"))
            .setProgressSteps(4)
            .build());
    Job inline = Jobs.job(9, Jobs.webhook("https://example.com/", "job.progress", "job.completed"));
    driver.put(inline);
    driver.put(Jobs.state(inline, 0, JobStatus.QUEUED));
    driver.taken.clear();
    for (int sequence = 1; sequence < 20; sequence++) {
      driver.put(Jobs.running(inline, sequence, 1, sequence * 5));
      driver.put(Jobs.running(inline, sequence, 1, sequence * 5));
    }
    driver.put(Jobs.state(inline, 20, JobStatus.COMPLETED));

    assertThat(driver.takenTypes().stream().filter(t -> t.equals("job.progress to inline")))
        .hasSize(9);
    assertThat(driver.takenTypes().stream().filter(t -> t.equals("job.progress to ep_four")))
        .hasSize(3);
    assertThat(driver.takenTypes().stream().filter(t -> t.endsWith("to ep_all")))
        .containsExactly("job.completed to ep_all");
    assertThat(driver.rows(DeliveryTopology.DELIVERY_INDEX).keySet())
        .noneMatch(row -> row.startsWith("p"));
  }

  @Test
  void progress_of_states_read_before_their_job_is_not_lost() {
    Job inline = Jobs.job(9, Jobs.webhook("https://example.com/", "job.progress"));
    driver.put(Jobs.running(inline, 1, 1, 5));
    driver.put(Jobs.running(inline, 2, 1, 35));

    driver.put(inline);

    assertThat(driver.takenTypes()).containsExactly("job.progress to inline");
  }

  @Test
  void an_endpoint_that_says_it_is_gone_is_disabled_at_once() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));
    driver.put(Jobs.state(plain, 0, JobStatus.QUEUED));

    driver.report(driver.lastTaken(), AttemptOutcome.GIVEN_UP, 410, null);

    var command = driver.writtenCommands().get("p/ep_1");
    assertThat(command.getAction()).isEqualTo(EndpointAction.DISABLE);
    assertThat(command.getReason()).isEqualTo(DisabledReason.GONE);
    assertThat(command.getExpectedVersion()).isEqualTo(3);
  }

  @Test
  void an_endpoint_that_was_changed_since_the_attempt_began_is_left_alone() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));
    driver.put(Jobs.state(plain, 0, JobStatus.QUEUED));
    driver.endpoints.put(
        WebhookEndpoint.newBuilder(Jobs.endpoint("ep_1"))
            .setUpdatedAt(driver.now().plusMillis(1))
            .build());

    driver.report(driver.lastTaken(), AttemptOutcome.GIVEN_UP, 410, null);

    assertThat(driver.writtenCommands()).isEmpty();
  }

  @Test
  void an_endpoint_that_fails_for_days_is_disabled_when_none_of_it_succeeded() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));
    fail(0, Duration.ZERO);
    fail(1, Duration.ofDays(3));
    driver.restart();
    fail(2, Duration.ofHours(47));
    assertThat(driver.writtenCommands()).isEmpty();

    fail(3, Duration.ofHours(1));

    assertThat(driver.writtenCommands().get("p/ep_1").getReason())
        .isEqualTo(DisabledReason.FAILING);
  }

  @Test
  void one_success_in_between_here_or_elsewhere_starts_the_count_again() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));
    fail(0, Duration.ZERO);
    driver.pass(Duration.ofDays(3));
    driver.put(Jobs.state(plain, 1, JobStatus.QUEUED));
    driver.deliver(driver.lastTaken());
    fail(2, Duration.ofDays(3));
    driver.delivered.put("p/ep_1", driver.now().plusSeconds(60));
    fail(3, Duration.ofDays(4));
    fail(4, Duration.ofDays(4));
    assertThat(driver.writtenCommands()).isEmpty();

    fail(5, Duration.ofDays(1));

    assertThat(driver.writtenCommands()).hasSize(1);
  }

  @Test
  void an_inline_receiver_that_is_gone_has_the_jobs_other_deliveries_given_up() {
    driver.put(hooked);
    Job other = Jobs.job(9, Jobs.webhook("https://example.com/"));
    driver.put(other);
    driver.put(Jobs.state(hooked, 0, JobStatus.QUEUED));
    driver.put(Jobs.state(hooked, 1, JobStatus.RUNNING));
    driver.put(Jobs.state(other, 0, JobStatus.QUEUED));
    List<Sender.Attempt> taken = List.copyOf(driver.taken);
    taken.forEach(attempt -> driver.retry(attempt, Duration.ofHours(1)));
    driver.pass(Duration.ofHours(1));

    driver.report(driver.taken.get(3), AttemptOutcome.GIVEN_UP, 410, null);

    assertThat(driver.state(taken.get(0).delivery().eventId(), "inline"))
        .isEqualTo(DeliveryState.GIVEN_UP);
    assertThat(driver.state(taken.get(1).delivery().eventId(), "inline"))
        .isEqualTo(DeliveryState.GIVEN_UP);
    assertThat(driver.state(taken.get(2).delivery().eventId(), "inline"))
        .isEqualTo(DeliveryState.PENDING);
    var written = driver.writtenAttempts();
    assertThat(written).hasSize(1);
    assertThat(written.get(0).getEventId()).isEqualTo(taken.get(1).delivery().eventId());
    assertThat(written.get(0).getError()).isEqualTo("the receiver says it is gone");
    assertThat(driver.writtenCommands()).isEmpty();
  }

  @Test
  void of_an_ordered_inline_receiver_that_is_gone_nothing_more_is_sent() {
    Job ordered =
        Jobs.job(
            9, Webhook.newBuilder(Jobs.webhook("https://example.com/")).setOrdered(true).build());
    driver.put(ordered);
    driver.put(Jobs.state(ordered, 0, JobStatus.QUEUED));
    driver.put(Jobs.state(ordered, 1, JobStatus.RUNNING));
    driver.put(Jobs.state(ordered, 2, JobStatus.COMPLETED));

    driver.report(driver.lastTaken(), AttemptOutcome.GIVEN_UP, 410, null);
    driver.pass(Duration.ofDays(1));

    assertThat(driver.taken).hasSize(1);
    assertThat(driver.writtenAttempts()).hasSize(2);
  }

  private void fail(int sequence, Duration later) {
    driver.pass(later);
    driver.put(Jobs.state(plain, sequence, JobStatus.QUEUED));
    driver.giveUp(driver.lastTaken());
  }
}
