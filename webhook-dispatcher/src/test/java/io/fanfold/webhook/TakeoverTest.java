package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoverTest {

  @TempDir private Path directory;

  private final Job job = Jobs.job(7, Jobs.webhook("https://example.com/hook"));
  private final JobState queued = Jobs.state(job, 0, JobStatus.QUEUED);
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
  void it_is_over_when_its_own_mark_is_read_and_not_before() {
    var context =
        new MockProcessorContext<Object, byte[]>(
            new Properties(), new TaskId(0, 3), new File(directory.toFile(), "mock"));
    context.setCurrentSystemTimeMs(0);
    var takeover = new Takeover(context);
    takeover.begin();
    takeover.begin();

    assertThat(context.forwarded()).hasSize(1);
    var mark = (AttemptKey) context.forwarded().get(0).record().key();
    assertThat(mark.partition()).isEqualTo(3);
    assertThat(context.forwarded().get(0).record().value()).isNull();
    assertThat(context.committed()).isTrue();
    assertThat(takeover.isOver()).isFalse();
    assertThat(takeover.read("takeover/of-another")).isFalse();
    assertThat(takeover.isOver()).isFalse();
    assertThat(takeover.read(mark.eventId())).isTrue();
    assertThat(takeover.isOver()).isTrue();
  }

  @Test
  void what_was_delivered_before_its_event_is_read_is_not_sent_again() {
    Sender.Attempt sent = sentByAnother();
    driver.deliver(sent);
    put();

    assertThat(driver.offered).isEmpty();
    assertThat(driver.state(queued.getEventId(), Receiver.INLINE))
        .isEqualTo(DeliveryState.DELIVERED);
    driver.pass(Duration.ofHours(1));
    assertThat(driver.offered).isEmpty();
  }

  @Test
  void what_was_given_up_before_its_event_is_read_is_not_sent_either() {
    driver.giveUp(sentByAnother());
    put();

    assertThat(driver.offered).isEmpty();
    assertThat(driver.state(queued.getEventId(), Receiver.INLINE))
        .isEqualTo(DeliveryState.GIVEN_UP);
  }

  @Test
  void what_failed_before_its_event_is_read_goes_on_with_its_next_attempt() {
    driver.retry(sentByAnother(), Duration.ofMinutes(5));
    put();

    assertThat(driver.offered).isEmpty();
    driver.pass(Duration.ofMinutes(4));
    assertThat(driver.offered).isEmpty();
    driver.pass(Duration.ofMinutes(1).plusMillis(100));
    assertThat(driver.lastTaken().delivery().attempt()).isEqualTo(2);
  }

  @Test
  void outcomes_whose_event_never_comes_are_forgotten() {
    driver.deliver(sentByAnother());
    assertThat(driver.rows(DeliveryTopology.DELIVERY_INDEX)).isNotEmpty();

    driver.pass(Duration.ofDays(14).plusSeconds(1));
    assertThat(driver.rows(DeliveryTopology.DELIVERY_INDEX)).isEmpty();
  }

  /** An attempt of the event by an owner that was not to commit that it had read of it. */
  private Sender.Attempt sentByAnother() {
    try (var other = new DispatcherDriver(directory.resolve("other"))) {
      other.put(job);
      other.put(queued);
      return other.lastTaken();
    }
  }

  private void put() {
    driver.put(job);
    driver.put(queued);
  }
}
