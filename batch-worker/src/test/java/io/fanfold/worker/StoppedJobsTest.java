package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Stop;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StoppedJobsTest {

  private static final TopicPartition PARTITION = new TopicPartition(Topics.SPLITS.name(), 0);

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://stopped"));
  private final MockConsumer<String, byte[]> reader = new MockConsumer<>("earliest");
  private final StoppedJobs stops = new StoppedJobs(reader, codec);
  private final Thread loop = new Thread(stops::run);
  private long offset;

  @BeforeEach
  void prepare() {
    reader.updatePartitions(
        PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, null, null, null)));
    reader.updateBeginningOffsets(Map.of(PARTITION, 0L));
  }

  @AfterEach
  void stop() throws InterruptedException {
    stops.stop();
    loop.join();
  }

  @Test
  void it_is_ready_once_it_has_read_what_was_there_at_the_start() throws Exception {
    reader.updateEndOffsets(Map.of(PARTITION, 2L));
    loop.start();
    read("1", split(1, 1, StopReason.CANCELED));
    await().until(() -> stops.reason(batch(1, 1)) != null);
    assertThat(stops.check().check().ok()).isFalse();
    assertThat(stops.awaitCaughtUp(Duration.ZERO)).isFalse();

    read("2", split(2, 1, null));
    await().until(() -> stops.check().check().ok());
    assertThat(stops.awaitCaughtUp(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void a_stop_holds_for_its_attempt_and_no_later_one() {
    start();
    read("1", split(1, 1, StopReason.EXPIRED));
    await().until(() -> stops.reason(batch(1, 1)) == StopReason.EXPIRED);

    assertThat(stops.reason(batch(1, 2))).isNull();
    assertThat(stops.reason(batch(2, 1))).isNull();
  }

  @Test
  void a_deleted_job_stays_deleted_in_any_attempt_whatever_its_batches_say() {
    start();
    read("1", split(1, 1, StopReason.DELETED));
    await().until(() -> stops.reason(batch(1, 1)) == StopReason.DELETED);

    Batch stopped = batch(1, 2);
    stopped.setStop(StopReason.CANCELED);
    assertThat(stops.reason(stopped)).isEqualTo(StopReason.DELETED);
  }

  @Test
  void a_batch_that_is_stopped_itself_needs_no_split() {
    Batch stopped = batch(1, 1);
    stopped.setStop(StopReason.EXPIRED);

    assertThat(stops.reason(stopped)).isEqualTo(StopReason.EXPIRED);
  }

  @Test
  void what_is_taken_back_or_gone_is_forgotten() {
    start();
    read("1", split(1, 1, StopReason.CANCELED));
    read("2", split(2, 1, StopReason.CANCELED));
    await().until(() -> stops.reason(batch(2, 1)) != null);

    read("1", null);
    read("2", split(2, 2, null));
    await().until(() -> stops.reason(batch(2, 1)) == null);
    assertThat(stops.reason(batch(1, 1))).isNull();
  }

  @Test
  void each_stop_is_told_once_and_what_nobody_can_read_does_no_harm() {
    start();
    read("nonsense", split(1, 1, StopReason.CANCELED));
    read("3", new byte[] {1, 2, 3});
    read("1", split(1, 1, StopReason.CANCELED));
    read("1", split(1, 1, StopReason.CANCELED));
    read("1", split(1, 1, StopReason.DELETED));
    await().until(() -> stops.reason(batch(1, 1)) == StopReason.DELETED);

    assertThat(stops.nextStopped()).isEqualTo(1);
    assertThat(stops.nextStopped()).isEqualTo(1);
    assertThat(stops.nextStopped()).isNull();
  }

  private void start() {
    reader.updateEndOffsets(Map.of(PARTITION, 0L));
    loop.start();
    await().until(() -> stops.check().check().ok());
  }

  private void read(String key, byte[] value) {
    long next = offset++;
    await().until(() -> reader.assignment().contains(PARTITION));
    reader.schedulePollTask(
        () -> reader.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, next, key, value)));
  }

  private byte[] split(long job, int attempt, StopReason reason) {
    return codec.encode(
        Topics.SPLITS,
        Split.newBuilder()
            .setJobId(job)
            .setProject("default")
            .setAttempt(attempt)
            .setItems(1)
            .setBatches(1)
            .setComplete(true)
            .setStop(reason == null ? null : new Stop(reason, Instant.EPOCH))
            .setUpdatedAt(Instant.EPOCH)
            .build());
  }

  private static Batch batch(long job, int attempt) {
    Batch batch = Samples.batch(0, 1);
    batch.setJobId(job);
    batch.setAttempt(attempt);
    return batch;
  }
}
