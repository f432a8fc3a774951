package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole schedule with an hour as a second, and a new process between any two attempts. */
class ScheduleOverRestartsTest {

  private static final double JITTER = 0.2;
  private static final Duration TICK = Duration.ofMillis(100);

  @TempDir private Path directory;

  @Test
  void each_attempt_is_made_within_the_jitter_of_its_time_whatever_is_restarted() {
    Random random = Seed.random(this);
    List<Duration> delays = RetrySchedule.DEFAULT.delays().stream().map(d -> scaled(d)).toList();
    var schedule = new RetrySchedule(delays);
    Job job = Jobs.job(7, Jobs.webhook("https://example.com/"));
    try (var driver = new DispatcherDriver(directory)) {
      driver.put(job);
      driver.put(Jobs.state(job, 0, JobStatus.QUEUED));
      var made = new ArrayList<Instant>();
      String id = driver.lastTaken().delivery().eventId();
      String body = driver.lastTaken().body();
      boolean ended = false;
      while (!ended) {
        Sender.Attempt attempt = driver.lastTaken();
        assertThat(attempt.delivery().eventId()).isEqualTo(id);
        assertThat(attempt.body()).isEqualTo(body);
        made.add(driver.now());
        assertThat(attempt.delivery().attempt()).isEqualTo(made.size());
        var failure = new AttemptResult.Answered(500, null);
        var outcome = schedule.after(made.size(), failure, driver.now(), random);
        driver.taken.clear();
        if (outcome instanceof DeliveryOutcome.RetryAt retry) {
          driver.report(attempt, AttemptOutcome.RETRY, 500, retry.time());
          awaitNext(driver, random);
        } else {
          driver.giveUp(attempt);
          ended = true;
        }
      }
      assertThat(made).hasSize(delays.size() + 1);
      for (int i = 0; i < delays.size(); i++) {
        double planned = delays.get(i).toMillis();
        assertThat((double) Duration.between(made.get(i), made.get(i + 1)).toMillis())
            .as("delay %d", i + 1)
            .isBetween(planned * (1 - JITTER), planned * (1 + JITTER) + 2 * TICK.toMillis());
      }
    }
  }

  private static void awaitNext(DispatcherDriver driver, Random random) {
    int restartIn = random.nextInt(20);
    while (driver.taken.isEmpty()) {
      driver.pass(TICK);
      if (driver.taken.isEmpty() && restartIn-- == 0) {
        driver.restart();
      }
    }
  }

  /** An hour is a second; nothing is shorter than a few ticks. */
  private static Duration scaled(Duration delay) {
    Duration second = delay.dividedBy(3_600);
    return second.compareTo(TICK.multipliedBy(5)) < 0 ? TICK.multipliedBy(5) : second;
  }
}
