package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TopicFollowerTest {

  private static final String TOPIC = Topics.PROJECT_USAGE.name();

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://follower"));
  private final MockConsumer<String, byte[]> reader = new MockConsumer<>("earliest");
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Map<Integer, Long> next = new HashMap<>();
  private TopicFollower<ProjectUsage> follower;
  private LoopThread loop;

  @BeforeEach
  void prepare() {
    reader.updatePartitions(
        TOPIC,
        List.of(
            new PartitionInfo(TOPIC, 0, null, null, null),
            new PartitionInfo(TOPIC, 1, null, null, null)));
    reader.updateBeginningOffsets(Map.of(partition(0), 0L, partition(1), 0L));
  }

  @AfterEach
  void stop() {
    if (loop != null) {
      loop.close();
    }
  }

  @Test
  void it_is_ready_once_every_partition_is_told_to_where_it_ended_at_the_start() throws Exception {
    startWithEnds(1, 2);
    arrives(1, "a/1", usage(10));
    arrives(1, "b/1", usage(20));
    await().until(() -> told.size() == 2);
    assertThat(follower.isReady()).as("partition 0 is not read").isFalse();
    assertThat(follower.awaitReady(Duration.ZERO)).isFalse();
    assertThat(follower.check().check().ok()).isFalse();

    arrives(0, "c/0", usage(30));
    assertThat(follower.awaitReady(Duration.ofSeconds(20))).isTrue();
    assertThat(follower.check().check().ok()).isTrue();
    assertThat(told).containsExactly("a/1=10 at 1000", "b/1=20 at 1001", "c/0=30 at 1000");
  }

  @Test
  void what_comes_later_is_told_and_a_tombstone_has_no_value() {
    startWithEnds(0, 0);
    await().until(follower::isReady);

    arrives(0, "a/0", usage(10));
    arrives(0, "a/0", null);

    await().until(() -> told.size() == 2);
    assertThat(told).containsExactly("a/0=10 at 1000", "a/0=gone at 1001");
  }

  @Test
  void what_nobody_can_read_is_passed_over() {
    startWithEnds(4, 0);

    arrives(0, "a/0", new byte[] {1, 2, 3});
    arrives(0, null, usage(10));
    arrives(0, "b/0", new byte[0]);
    arrives(0, "c/0", usage(20));

    await().until(follower::isReady);
    assertThat(told).containsExactly("c/0=20 at 1003");
  }

  @Test
  void from_the_end_only_what_is_new_is_told() {
    reader.updateEndOffsets(Map.of(partition(0), 7L, partition(1), 3L));
    next.put(0, 7L);
    next.put(1, 3L);
    start(TopicFollower.fromEnd(Topics.PROJECT_USAGE, reader, codec, this::tell));
    await().until(follower::isReady);
    assertThat(reader.position(partition(0))).isEqualTo(7);

    arrives(1, "a/1", usage(10));

    await().until(() -> !told.isEmpty());
    assertThat(told).containsExactly("a/1=10 at 1003");
  }

  @Test
  void it_ends_when_it_is_told_to_and_not_before() {
    startWithEnds(0, 0);
    await().until(follower::isReady);

    loop.close();

    assertThat(reader.closed()).isTrue();
    assertThat(failure).hasNullValue();
  }

  @Test
  void a_wakeup_that_nobody_asked_for_breaks_it() {
    startWithEnds(0, 0);
    await().until(follower::isReady);
    reader.wakeup();
    await().until(() -> failure.get() instanceof WakeupException);
    assertThat(reader.closed()).isTrue();
  }

  @Test
  void what_its_listener_throws_breaks_it() {
    reader.updateEndOffsets(Map.of(partition(0), 0L, partition(1), 0L));
    start(
        TopicFollower.fromStart(
            Topics.PROJECT_USAGE,
            reader,
            codec,
            (key, value, timestamp) -> {
              throw new IllegalStateException("broken");
            }));

    arrives(0, "a/0", usage(10));

    await().until(() -> failure.get() instanceof IllegalStateException);
    assertThat(reader.closed()).isTrue();
  }

  @Test
  void a_topic_that_is_not_there_breaks_it() {
    var elsewhere = new MockConsumer<String, byte[]>("earliest");

    assertThatThrownBy(
            TopicFollower.fromStart(Topics.PROJECT_USAGE, elsewhere, codec, this::tell)::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(TOPIC);
  }

  private void startWithEnds(long first, long second) {
    reader.updateEndOffsets(Map.of(partition(0), first, partition(1), second));
    start(TopicFollower.fromStart(Topics.PROJECT_USAGE, reader, codec, this::tell));
  }

  private void start(TopicFollower<ProjectUsage> followed) {
    follower = followed;
    loop = new LoopThread("follower", followed, failure::set);
    loop.start();
  }

  private void tell(String key, ProjectUsage usage, long timestampMs) {
    told.add(key + "=" + (usage == null ? "gone" : usage.getActiveJobs()) + " at " + timestampMs);
  }

  private void arrives(int partition, String key, byte[] value) {
    long at = next.merge(partition, 1L, Long::sum) - 1;
    await().until(() -> reader.assignment().contains(partition(partition)));
    reader.schedulePollTask(
        () ->
            reader.addRecord(
                new ConsumerRecord<>(
                    TOPIC,
                    partition,
                    at,
                    1_000 + at,
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    key,
                    value,
                    new RecordHeaders(),
                    Optional.empty())));
  }

  private byte[] usage(long jobs) {
    return codec.encode(Topics.PROJECT_USAGE, new ProjectUsage("a", 0, jobs, Instant.EPOCH));
  }

  private static TopicPartition partition(int number) {
    return new TopicPartition(TOPIC, number);
  }
}
