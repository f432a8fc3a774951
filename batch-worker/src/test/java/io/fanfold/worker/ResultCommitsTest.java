package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ResultCommitsTest {

  private static final ConsumerGroupMetadata GROUP =
      new MockConsumer<String, byte[]>("earliest").groupMetadata();
  private static final TopicPartition PARTITION = new TopicPartition(Topics.BATCHES.name(), 0);

  private final AvroCodec codec = new AvroCodec(Map.of("schema.registry.url", "mock://commits"));
  private Instant now = Instant.EPOCH;
  private Duration standstill = Duration.ZERO;
  private MockProducer<String, byte[]> producer;
  private final ResultCommits commits =
      new ResultCommits(
          this::newProducer, codec, new Chunks(codec, 100), new SetClock(), new Telemetry());
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

  @Test
  void a_transaction_that_was_lost_while_this_stood_still_is_the_last_until_it_begins_anew() {
    BatchRun run = taken(0, 1);
    run.add(Samples.good(0), 0);
    work.moveTo(1);
    MockProducer<String, byte[]> fenced = producer;
    fenced.commitTransactionException = new InvalidTxnStateException("given up");
    standstill = KafkaClients.TRANSACTION_TIMEOUT;

    assertThat(commit(List.of(run))).isEmpty();

    assertThat(commits.isLost()).isTrue();
    assertThat(commit(List.of(run))).isEmpty();
    assertThat(fenced.commitCount()).isZero();

    commits.start();
    assertThat(fenced.closed()).isTrue();
    assertThat(commits.isLost()).isFalse();
    assertThat(commit(List.of(run))).containsExactly(run);
  }

  @Test
  void another_process_of_this_name_is_the_end() {
    BatchRun run = taken(0, 1);
    run.add(Samples.good(0), 0);
    work.moveTo(1);
    producer.commitTransactionException = new ProducerFencedException("another");
    standstill = KafkaClients.TRANSACTION_TIMEOUT.minusMillis(1);

    assertThatThrownBy(() -> commit(List.of(run))).hasMessageContaining("instance.id");
    // What is revoked at the end finds nothing to write with.
    assertThat(commit(List.of(run))).isEmpty();
  }

  private MockProducer<String, byte[]> newProducer() {
    producer =
        new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
          @Override
          public void commitTransaction() {
            now = now.plus(standstill);
            super.commitTransaction();
          }
        };
    return producer;
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

  private final class SetClock extends Clock {

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
