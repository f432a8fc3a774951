package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.ItemResults;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

final class PartitionWorkTest {

  private final RecoveredResults recovered = new RecoveredResults();

  @Test
  void the_commit_stops_at_the_first_batch_that_is_not_finished() {
    PartitionWork work = work(0, 0, 0);
    BatchRun first = taken(work, 0);
    BatchRun second = taken(work, 1);
    BatchRun third = taken(work, 2);
    work.moveTo(3);

    finish(work, second);
    assertThat(work.commit(List.of()).offset()).isZero();
    finish(work, first);
    assertThat(work.commit(List.of()).offset()).isEqualTo(2);
    assertThat(work.commit(Set.of(third)).offset()).isEqualTo(3);
  }

  @Test
  void with_nothing_under_way_the_commit_is_where_reading_goes_on() {
    PartitionWork work = work(5, 0, 0);
    work.moveTo(9);

    assertThat(work.commit(List.of()).offset()).isEqualTo(9);
  }

  @Test
  void a_commit_says_from_where_on_chunks_of_unfinished_batches_lie() {
    PartitionWork work = work(0, 0, 100);
    BatchRun first = taken(work, 0);
    work.chunkSent(150);
    BatchRun second = taken(work, 1);
    work.moveTo(2);

    assertThat(chunksFrom(work, List.of())).isEqualTo(100);
    assertThat(chunksFrom(work, Set.of(first))).isEqualTo(151);
    assertThat(chunksFrom(work, Set.of(first, second))).isEqualTo(151);
  }

  @Test
  void while_recovered_results_wait_for_their_batch_they_stay_findable() {
    recovered.add(chunk(1, 3));
    var work = new PartitionWork(recovered, new OffsetAndMetadata(0, "chunks-from=40"), 2, 100);
    BatchRun first = taken(work, 0);
    work.moveTo(1);
    assertThat(chunksFrom(work, Set.of(first))).isEqualTo(40);

    var found = work.recovered(Samples.batch(1, 3));
    assertThat(found.indexes()).containsExactly(3L);
    BatchRun second = Samples.run(1, 3, found, work.chunksFrom(found));
    work.take(second);
    work.moveTo(2);
    assertThat(second.chunksFrom()).isEqualTo(40);
    assertThat(second.ready).hasSize(2);
    assertThat(chunksFrom(work, Set.of(first))).isEqualTo(40);
    assertThat(chunksFrom(work, Set.of(first, second))).isEqualTo(100);
  }

  @Test
  void what_was_recovered_of_finished_batches_is_let_go() {
    recovered.add(chunk(0, 0));
    var work = new PartitionWork(recovered, new OffsetAndMetadata(1, "chunks-from=40"), 3, 100);
    work.moveTo(3);

    assertThat(chunksFrom(work, List.of())).isEqualTo(100);
  }

  @Test
  void a_first_commit_has_nothing_to_recover_from() {
    assertThat(PartitionWork.chunksFrom(new OffsetAndMetadata(0))).isZero();
    assertThat(PartitionWork.chunksFrom(new OffsetAndMetadata(7, "chunks-from=12"))).isEqualTo(12);
  }

  @Test
  void a_dead_letter_goes_out_with_the_commit_that_passes_it() {
    PartitionWork work = work(0, 0, 0);
    BatchRun first = taken(work, 0);
    var letter = new ProducerRecord<String, byte[]>("dead-letters", new byte[0]);
    work.bury(1, letter);
    work.moveTo(2);
    assertThat(work.hasDeadLettersDue()).isFalse();

    OffsetAndMetadata commit = work.commit(Set.of(first));
    assertThat(work.deadLetters(commit)).containsExactly(letter);
    Samples.commit(whole(first));
    work.markCommitted(commit);
    assertThat(work.deadLetters(commit)).isEmpty();
    assertThat(work.hasDeadLettersDue()).isFalse();
  }

  @Test
  void a_dropped_batch_is_passed_by_the_next_commit() {
    PartitionWork work = work(0, 0, 0);
    BatchRun first = taken(work, 0);
    BatchRun second = taken(work, 1);
    work.moveTo(2);
    assertThat(work.isDue()).isFalse();

    work.drop(second);
    assertThat(work.isDue()).isTrue();
    OffsetAndMetadata commit = work.commit(List.of());
    assertThat(commit.offset()).isZero();
    work.markCommitted(commit);
    assertThat(work.isDue()).isFalse();

    work.drop(first);
    assertThat(work.commit(List.of()).offset()).isEqualTo(2);
  }

  private PartitionWork work(long committed, long batchesEnd, long chunksEnd) {
    return new PartitionWork(recovered, new OffsetAndMetadata(committed), batchesEnd, chunksEnd);
  }

  private static BatchRun taken(PartitionWork work, int index) {
    BatchRun run =
        Samples.run(
            index,
            3,
            RecoveredResults.OfBatch.NONE,
            work.chunksFrom(RecoveredResults.OfBatch.NONE));
    work.take(run);
    return run;
  }

  private static BatchRun whole(BatchRun run) {
    run.batch().getItems().forEach(item -> run.add(Samples.good(item.getIndex()), 0));
    return run;
  }

  private static void finish(PartitionWork work, BatchRun run) {
    OffsetAndMetadata commit = work.commit(Set.of(run));
    Samples.commit(whole(run));
    work.markCommitted(commit);
  }

  private static long chunksFrom(PartitionWork work, Collection<BatchRun> whole) {
    return PartitionWork.chunksFrom(work.commit(whole));
  }

  private static ItemResults chunk(int batch, long index) {
    return ItemResults.newBuilder()
        .setJobId(1)
        .setProject("default")
        .setBatchIndex(batch)
        .setResults(List.of(Samples.good(index)))
        .build();
  }
}
