package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.StopReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TakenBatchesTest {

  private final ItemScheduler scheduler = new ItemScheduler(2, 2, () -> 0);
  private final FakeStops stops = new FakeStops();
  private final TakenBatches taken =
      new TakenBatches(scheduler, stops, new TakenBatches.Window(2, 1_000));

  @Test
  void what_has_not_begun_of_a_stopped_job_is_given_up_and_what_has_may_finish() {
    BatchRun run = Samples.run(0, 4);
    taken.add(run, 0);
    ItemTask running = scheduler.next();
    ItemTask failing = scheduler.next();
    scheduler.retry(failing, 1_000);

    stops.stop(1, StopReason.CANCELED);
    assertThat(taken.heedStops(0)).isEmpty();
    assertThat(scheduler.next()).isNull();
    run.arrive(Samples.good(running.item().getIndex()), 100);
    taken.collect(0);

    BatchResult counts = run.counts(Instant.EPOCH);
    assertThat(counts.getSucceeded()).isEqualTo(1);
    assertThat(counts.getFailed()).containsExactly(Map.entry("CANCELED", 3));
    assertThat(counts.getIsFinal()).isTrue();
    assertThat(run.pending())
        .filteredOn(result -> result.getFailure() != null)
        .extracting(ItemResult::getIndex, ItemResult::getAttempts, ItemResult::getItem)
        .containsExactlyInAnyOrder(tuple(1L, 1, null), tuple(2L, 0, null), tuple(3L, 0, null));
  }

  @Test
  void a_batch_of_a_job_that_is_stopped_already_is_given_up_when_it_is_taken() {
    stops.stop(1, StopReason.EXPIRED);
    BatchRun run = Samples.run(0, 3);
    taken.add(run, 0);

    assertThat(scheduler.next()).isNull();
    assertThat(run.isWhole()).isTrue();
    assertThat(run.counts(Instant.EPOCH).getFailed()).containsExactly(Map.entry("EXPIRED", 3));
  }

  @Test
  void results_that_were_recovered_are_not_made_again_by_a_stop() {
    stops.stop(1, StopReason.CANCELED);
    var recovered = new RecoveredResults.OfBatch(Set.of(0L), 1, Map.of());
    BatchRun run = Samples.run(0, 3, recovered, 0);
    taken.add(run, 0);

    assertThat(run.pending()).extracting(ItemResult::getIndex).containsExactly(1L, 2L);
    assertThat(run.isWhole()).isTrue();
  }

  @Test
  void batches_of_a_deleted_job_are_dropped() {
    BatchRun run = Samples.run(0, 3);
    taken.add(run, 0);
    ItemTask running = scheduler.next();

    stops.stop(1, StopReason.DELETED);

    assertThat(taken.heedStops(0)).containsExactly(run);
    assertThat(taken.isEmpty()).isTrue();
    assertThat(scheduler.retry(running, 0)).isFalse();
    assertThat(scheduler.next()).isNull();
  }

  @Test
  void a_stop_of_another_job_changes_nothing() {
    BatchRun run = Samples.run(0, 1);
    taken.add(run, 0);
    stops.stop(2, StopReason.CANCELED);
    stops.stop(3, StopReason.DELETED);

    assertThat(taken.heedStops(0)).isEmpty();
    assertThat(run.pending()).isEmpty();
    assertThat(scheduler.next()).isNotNull();
  }

  @Test
  void only_batches_with_reason_to_are_committed() {
    BatchRun slow = Samples.run(0, 3);
    BatchRun quick = Samples.run(1, 1);
    taken.add(slow, 0);
    taken.add(quick, 0);
    assertThat(slow.arrive(Samples.good(0), 100)).isFalse();
    assertThat(quick.arrive(Samples.good(1), 100)).isTrue();
    taken.collect(0);

    var rules = new ChunkRules(100, 1_000);
    assertThat(taken.due(rules, 0)).containsExactly(quick);
    assertThat(taken.due(rules, 1_000)).containsExactly(slow, quick);
  }

  @Test
  void a_full_chunk_is_reason_to_look_though_the_batch_is_longer() {
    BatchRun run = Samples.run(0, 5);

    assertThat(List.of(0, 1, 2, 3, 4).stream().map(i -> run.arrive(Samples.good(i), 2)).toList())
        .containsExactly(false, true, false, true, true);
  }

  @Test
  void the_window_is_full_by_batches_or_by_bytes() {
    assertThat(taken.isFull()).isFalse();
    taken.add(Samples.run(0, 1), 0);
    BatchRun second = Samples.run(1, 1);
    taken.add(second, 0);
    assertThat(taken.isFull()).isTrue();
    taken.finished(second);
    assertThat(taken.isFull()).isFalse();

    var narrow = new TakenBatches(scheduler, stops, new TakenBatches.Window(10, 200));
    narrow.add(Samples.run(0, 1), 0);
    assertThat(narrow.isFull()).isFalse();
    narrow.add(Samples.run(1, 1), 0);
    assertThat(narrow.isFull()).isTrue();
  }
}
