package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.JobStates;
import io.fanfold.kit.ProblemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for a job whose partition is on its way; other waits are in {@link LookupApiTest}. */
final class JobWaitTest {

  @TempDir Path directory;

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final JobChanges changes = new JobChanges(10, executor);
  private final AtomicInteger refusals = new AtomicInteger();
  private Views views;
  private JobWait wait;

  @BeforeEach
  void start() {
    views = new Views(directory, 1, changes::changed);
    views.state(JobStates.queued(Samples.job(1, 3, 2)));
    JobViews.Locator moving =
        (store, partition) -> {
          if (refusals.getAndDecrement() > 0) {
            throw ViewLocator.elsewhere(store, partition);
          }
          return views.at(partition);
        };
    wait =
        new JobWait(
            new JobViews(moving, views.codec, 1),
            changes,
            (job, after, slice) -> Optional.empty(),
            executor,
            Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    executor.shutdownNow();
    views.close();
  }

  @Test
  void a_partition_that_is_back_in_time_is_waited_for() throws Exception {
    refusals.set(2);

    var found = wait.until(1, job -> true, Clock.systemUTC().instant().plus(Duration.ofMinutes(1)));

    assertThat(found).isNotDone();
    assertThat(found.get(20, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void one_that_is_not_is_an_error_at_the_deadline() {
    refusals.set(Integer.MAX_VALUE);

    var found =
        wait.until(1, job -> true, Clock.systemUTC().instant().plus(Duration.ofMillis(300)));

    assertThatThrownBy(() -> found.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ProblemException.class);
  }
}
