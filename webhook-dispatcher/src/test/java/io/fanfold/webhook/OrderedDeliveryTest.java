package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Webhook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderedDeliveryTest {

  private static final Webhook ORDERED =
      Webhook.newBuilder(Jobs.webhook("https://example.com/")).setOrdered(true).build();

  private final Job job = Jobs.job(7, ORDERED);
  private final JobState queued = Jobs.state(job, 0, JobStatus.QUEUED);
  private final JobState running = Jobs.state(job, 1, JobStatus.RUNNING);
  private final JobState completed = Jobs.state(job, 2, JobStatus.COMPLETED);

  @TempDir private Path directory;
  private DispatcherDriver driver;

  @BeforeEach
  void start() {
    driver = new DispatcherDriver(directory);
    driver.put(job);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void an_event_waits_until_the_one_before_it_is_delivered() {
    putAll();
    assertTaken("job.queued");
    driver.retry(driver.lastTaken(), Duration.ofMinutes(5));
    driver.pass(Duration.ofMinutes(4));
    assertTaken("job.queued");
    driver.pass(Duration.ofMinutes(1));
    assertTaken("job.queued", "job.queued");

    driver.deliver(driver.lastTaken());
    assertTaken("job.queued", "job.queued", "job.running");
    driver.deliver(driver.lastTaken());

    assertTaken("job.queued", "job.queued", "job.running", "job.completed");
  }

  @Test
  void an_event_that_is_given_up_or_canceled_holds_up_nothing() {
    putAll();
    driver.giveUp(driver.lastTaken());
    assertTaken("job.queued", "job.running");
    driver.retry(driver.lastTaken(), Duration.ofHours(1));

    driver.put(
        DispatcherDriver.command(DeliveryAction.CANCEL).setEventId(running.getEventId()).build());

    assertTaken("job.queued", "job.running", "job.completed");
  }

  @Test
  void what_waits_does_so_over_a_restart() {
    putAll();
    driver.retry(driver.lastTaken(), Duration.ofSeconds(10));
    driver.restart();
    driver.pass(Duration.ofSeconds(9));
    assertTaken();
    driver.pass(Duration.ofSeconds(1));
    assertTaken("job.queued");

    driver.deliver(driver.lastTaken());
    assertTaken("job.queued", "job.running");
    driver.restart();
    driver.pass(Duration.ofMillis(100));
    assertTaken("job.running");
    driver.deliver(driver.lastTaken());

    assertTaken("job.running", "job.completed");
  }

  @Test
  void other_jobs_and_other_targets_do_not_wait() {
    driver.endpoints.put(Jobs.endpoint("ep_1"));
    Job other = Jobs.job(8, ORDERED);
    driver.put(other);
    putAll();
    driver.put(Jobs.state(other, 0, JobStatus.QUEUED));

    assertThat(driver.takenTypes())
        .containsExactlyInAnyOrder(
            "job.queued to inline",
            "job.queued to ep_1",
            "job.running to ep_1",
            "job.completed to ep_1",
            "job.queued to inline",
            "job.queued to ep_1");
  }

  @Test
  void to_cancel_what_is_pending_sends_nothing_of_it() {
    putAll();
    driver.retry(driver.lastTaken(), Duration.ofHours(1));
    driver.pass(Duration.ofMinutes(1));

    driver.put(DispatcherDriver.command(DeliveryAction.CANCEL).build());
    driver.pass(Duration.ofMillis(100));
    driver.pass(Duration.ofDays(1));

    assertTaken("job.queued");
    assertThat(driver.writtenAttempts())
        .hasSize(3)
        .allMatch(attempt -> attempt.getOutcome() == AttemptOutcome.CANCELED);
  }

  @Test
  void recovered_events_come_in_their_order_too() {
    putAll();
    for (int i = 0; i < 3; i++) {
      driver.giveUp(driver.lastTaken());
    }
    driver.taken.clear();
    driver.pass(Duration.ofMinutes(1));

    driver.put(
        DispatcherDriver.command(DeliveryAction.RECOVER).setSince(DispatcherDriver.START).build());
    driver.pass(Duration.ofMillis(100));

    assertTaken("job.queued");
    driver.deliver(driver.lastTaken());
    driver.deliver(driver.lastTaken());
    assertTaken("job.queued", "job.running", "job.completed");
  }

  @Test
  void among_a_thousand_jobs_with_failures_and_restarts_no_event_overtakes_another() {
    Random random = Seed.random(this);
    Map<String, Deque<String>> expected = new HashMap<>();
    for (long id = 100; id < 1_100; id++) {
      Job each = Jobs.job(id, ORDERED);
      driver.put(each);
      var states =
          List.of(
              Jobs.state(each, 0, JobStatus.QUEUED),
              Jobs.state(each, 1, JobStatus.RUNNING),
              Jobs.state(each, 2, JobStatus.COMPLETED));
      states.forEach(driver::put);
      var events = new ArrayDeque<String>();
      states.forEach(state -> events.add(state.getEventId()));
      expected.put(Long.toString(id), events);
    }
    for (int round = 0; !expected.isEmpty(); round++) {
      assertThat(round).isLessThan(200);
      var attempts = new ArrayList<>(driver.taken);
      driver.taken.clear();
      for (Sender.Attempt attempt : attempts) {
        String jobKey = attempt.delivery().jobKey();
        Deque<String> left = expected.get(jobKey);
        assertThat(left).as("job %s", jobKey).isNotNull();
        assertThat(attempt.delivery().eventId()).isEqualTo(left.peek());
        switch (random.nextInt(4)) {
          case 0 -> driver.retry(attempt, Duration.ofMillis(random.nextInt(300)));
          case 1 -> {
            left.remove();
            driver.giveUp(attempt);
          }
          default -> {
            left.remove();
            driver.deliver(attempt);
          }
        }
        if (left.isEmpty()) {
          expected.remove(jobKey);
        }
      }
      if (round % 7 == 3) {
        driver.restart();
      }
      driver.pass(Duration.ofMillis(300));
    }
  }

  private void putAll() {
    driver.put(queued);
    driver.put(running);
    driver.put(completed);
  }

  private void assertTaken(String... types) {
    assertThat(driver.taken)
        .extracting(attempt -> attempt.delivery().type())
        .containsExactly(types);
  }
}
