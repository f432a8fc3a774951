package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ResultCommitsTest {

  private static final ConsumerGroupMetadata GROUP =
      new MockConsumer<String, byte[]>("earliest").groupMetadata();
  private static final TopicPartition PARTITION = new TopicPartition(Topics.BATCHES.name(), 0);

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://commits"));
  private final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  private final ResultCommits commits =
      new ResultCommits(
          producer,
          codec,
          new Chunks(codec, 100),
          Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
          new Telemetry());
  private final PartitionWork work =
      new PartitionWork(new RecoveredResults(), new OffsetAndMetadata(0), 0, 0);

  @BeforeEach
  void start() {
    commits.start();
  }

  @Test
  void the_last_results_their_counts_and_the_offset_are_one_transaction() {
    BatchRun run = taken(0, 2);
    run.add(Samples.good(0), 0);
    run.add(Samples.bad(1), 0);
    work.moveTo(1);

    assertThat(commit(List.of(run))).containsExactly(run);

    assertThat(topics()).containsExactly("item-results", "batch-results");
    BatchResult counts = codec.decode(Topics.BATCH_RESULTS, producer.history().get(1).value());
    assertThat(counts.getItems()).isEqualTo(2);
    assertThat(counts.getIsFinal()).isTrue();
    assertThat(committedOffset()).isEqualTo(1);
  }

  @Test
  void a_batch_that_is_not_due_is_not_cut_short_by_its_neighbours() {
    BatchRun slow = taken(0, 2);
    BatchRun quick = taken(1, 1);
    slow.add(Samples.good(0), 0);
    quick.add(Samples.good(1), 0);
    work.moveTo(2);

    commit(List.of(quick));

    assertThat(slow.pending()).hasSize(1);
    assertThat(producer.history()).extracting(ProducerRecord::key).containsExactly("1/1/1.0", "1");
    assertThat(committedOffset()).isZero();
  }

  @Test
  void a_dropped_batch_moves_the_offset_and_writes_nothing() {
    work.drop(taken(0, 2));
    work.moveTo(1);

    assertThat(commit(List.of())).isEmpty();

    assertThat(producer.history()).isEmpty();
    assertThat(committedOffset()).isEqualTo(1);
    assertThat(work.isDue()).isFalse();
  }

  private BatchRun taken(int index, int items) {
    BatchRun run = Samples.run(index, items);
    work.take(run);
    return run;
  }

  private List<BatchRun> commit(List<BatchRun> due) {
    return commits.commit(due, Map.of(0, work), GROUP);
  }

  private List<String> topics() {
    return producer.history().stream().map(ProducerRecord::topic).toList();
  }

  private long committedOffset() {
    List<Map<String, Map<TopicPartition, OffsetAndMetadata>>> offsets =
        producer.consumerGroupOffsetsHistory();
    return offsets.get(offsets.size() - 1).get(GROUP.groupId()).get(PARTITION).offset();
  }
}
