package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ViewTopologyTest {

  private static final Duration A_MOMENT = Duration.ofMillis(100);

  @TempDir Path directory;

  private final List<Long> changed = new ArrayList<>();
  private Views views;
  private JobViews lookups;

  @BeforeEach
  void start() {
    views = new Views(directory, 1, changed::add);
    lookups = views.lookups();
  }

  @AfterEach
  void stop() {
    views.close();
  }

  @Test
  void the_newest_state_of_a_job_is_seen_and_each_change_is_told() {
    JobState queued = JobStates.queued(Samples.job(7, 3, 2));
    views.state(queued);
    views.state(JobState.newBuilder(queued).setSequence(1).setStatus(JobStatus.RUNNING).build());

    assertThat(lookups.job(7).orElseThrow().getStatus()).isEqualTo(JobStatus.RUNNING);
    assertThat(lookups.job(8)).isEmpty();
    assertThat(changed).containsExactly(7L, 7L);
  }

  @Test
  void a_deleted_job_is_in_no_view_and_in_no_index() {
    views.state(JobStates.queued(Samples.job(7, 3, 2)));
    views.state(JobStates.queued(Samples.job(77, 3, 2)));
    views.batch(Samples.result(7, 0, 1, Map.of("TIMEOUT", 1), true));
    views.batch(Samples.result(77, 0, 1, Map.of("TIMEOUT", 1), true));

    views.stateGone(7);
    views.pass(A_MOMENT);

    assertThat(lookups.job(7)).isEmpty();
    assertThat(rows(ViewStore.BATCHES, "7/")).isEmpty();
    assertThat(rows(ViewStore.BATCHES, "77/")).hasSize(2);
    assertThat(rows(ViewStore.JOB_INDEX, "r/default/all/")).hasSize(1);
    assertThat(rows(ViewStore.JOB_INDEX, "j/")).containsExactly("j/77");
    assertThat(changed).containsExactly(7L, 77L, 7L);
  }

  @Test
  void late_counts_of_a_deleted_job_are_dropped() {
    views.state(JobStates.queued(Samples.job(7, 3, 2)));
    views.stateGone(7);
    views.pass(A_MOMENT);

    views.batch(Samples.result(7, 0, 1, Map.of(), true));

    assertThat(rows(ViewStore.BATCHES, "7/")).isEmpty();
  }

  @Test
  void a_mark_is_forgotten_when_nothing_late_can_come_any_more() {
    views.stateGone(7);
    views.chunksGone(7);
    views.pass(DeletedJobs.KEPT.plus(A_MOMENT));

    views.batch(Samples.result(7, 0, 1, Map.of(), true));
    views.chunk(Samples.chunk(7, 0, 1, Samples.item(0, null)), 0);

    assertThat(rows(ViewStore.BATCHES, "7/")).hasSize(1);
    assertThat(rows(ViewStore.ITEMS, "7/")).hasSize(1);
    assertThat(tombstones()).isEmpty();
  }

  @Test
  void each_chunk_of_a_deleted_job_gets_a_tombstone_and_then_its_row_goes() {
    for (int batch = 0; batch < 3; batch++) {
      views.chunk(Samples.chunk(7, batch, 1, Samples.item(2L * batch, null)), 0);
      views.chunk(Samples.chunk(7, batch, 1, Samples.item(2L * batch + 1, null)), 1);
    }
    views.chunk(Samples.chunk(77, 0, 1, Samples.item(0, null)), 0);
    assertThat(rows(ViewStore.ITEMS, "7/")).hasSize(6);

    views.chunksGone(7);
    views.pass(A_MOMENT);

    assertThat(tombstones())
        .containsExactlyInAnyOrder(
            "7/0/1.0", "7/0/1.1", "7/1/1.0", "7/1/1.1", "7/2/1.0", "7/2/1.1");
    assertThat(rows(ViewStore.ITEMS, "7/")).isEmpty();
    assertThat(rows(ViewStore.ITEMS, "77/")).hasSize(1);
  }

  @Test
  void a_late_chunk_of_a_deleted_job_gets_its_tombstone_at_once() {
    views.chunksGone(7);

    views.chunk(Samples.chunk(7, 0, 1, Samples.item(0, null)), 0);

    assertThat(tombstones()).containsExactly("7/0/1.0");
    assertThat(rows(ViewStore.ITEMS, "7/")).isEmpty();
  }

  @Test
  void a_large_job_is_removed_in_slices() {
    int chunks = DeletedJobs.SLICE + 10;
    for (int i = 0; i < chunks; i++) {
      views.chunk(Samples.chunk(7, 0, 1, Samples.item(i, null)), i);
    }
    views.chunksGone(7);
    views.pass(A_MOMENT);
    views.pass(A_MOMENT);

    assertThat(tombstones()).hasSize(chunks).doesNotHaveDuplicates();
    assertThat(rows(ViewStore.ITEMS, "7/")).isEmpty();
  }

  @Test
  void deleted_jobs_leave_nothing_once_nothing_late_can_come() {
    for (long id = 100; id < 140; id++) {
      JobState queued = JobStates.queued(Samples.job(id, 3, 2));
      queued.setTag("tag" + id);
      queued.setCustomId("custom" + id);
      views.state(queued);
      views.batch(Samples.result(id, 0, 1, Map.of("TIMEOUT", 1, "CANCELED", 1), true));
      views.chunk(Samples.chunk(id, 0, 1, Samples.item(0, null)), 0);
      views.state(
          JobState.newBuilder(queued).setSequence(1).setStatus(JobStatus.COMPLETED).build());
      views.stateGone(id);
      views.chunksGone(id);
      views.pass(A_MOMENT);
      views.batch(Samples.result(id, 1, 1, Map.of(), true));
      views.chunk(Samples.chunk(id, 1, 1, Samples.item(2, null)), 0);
    }
    assertThat(views.rows(0)).isNotEmpty();
    assertThat(tombstones()).hasSize(80);

    views.pass(DeletedJobs.KEPT.plus(A_MOMENT));

    assertThat(views.rows(0)).isEmpty();
  }

  @Test
  void batches_with_failures_are_known_until_a_later_attempt_has_mended_them() {
    views.batch(Samples.result(7, 3, 1, Map.of("TIMEOUT", 1, "CANCELED", 1), true));
    views.batch(Samples.result(7, 4, 2, Map.of(), true));
    assertThat(lookups.batches(7, BatchKeys.FAILED, 0, 10, 10)).containsExactly(3);
    assertThat(lookups.batches(7, BatchKeys.CANCELED, 0, 10, 10)).containsExactly(3);
    assertThat(lookups.batchCounts(7, 0, 10, 10)).containsOnlyKeys(3, 4);

    var again = Samples.result(7, 3, 1, Map.of(), true);
    again.setAttempt(2);
    views.batch(again);

    assertThat(lookups.batches(7, BatchKeys.FAILED, 0, 10, 10)).isEmpty();
    assertThat(lookups.batches(7, BatchKeys.CANCELED, 0, 10, 10)).containsExactly(3);
  }

  @Test
  void items_are_indexed_by_their_ids_once_a_batch_whatever_chunks_they_came_in() {
    views.chunk(Samples.chunk(7, 2, 1, Samples.item(4, FailureCode.TIMEOUT)), 0);
    views.chunk(Samples.chunk(7, 2, 1, Samples.item(4, FailureCode.TIMEOUT)), 0);
    views.chunk(Samples.chunk(7, 2, 2, Samples.item(4, null)), 0);
    views.chunk(Samples.chunk(7, 0, 1, Samples.item(4, null), Samples.item(5, null)), 0);

    assertThat(lookups.batchesWith(7, "c4", 0, 10, 10)).containsExactly(0, 2);
    assertThat(lookups.batchesWith(7, "c4", 1, 10, 10)).containsExactly(2);
    assertThat(lookups.batchesWith(7, "c4", 0, 2, 10)).containsExactly(0);
    assertThat(lookups.batchesWith(7, "c4", 0, 10, 1)).containsExactly(0);
    assertThat(lookups.batchesWith(7, "c5", 0, 10, 10)).containsExactly(0);
    assertThat(lookups.batchesWith(77, "c4", 0, 10, 10)).isEmpty();
    assertThat(rows(ViewStore.ITEM_IDS, "7/")).hasSize(3);
  }

  @Test
  void chunks_without_ids_are_not_read_for_the_index() {
    ItemResult nameless = Samples.item(0, null);
    nameless.setCustomId(null);
    views.chunk(Samples.chunk(7, 0, 1, nameless), 0);
    views.chunkWithoutIds(Samples.chunk(7, 1, 1, Samples.item(1, null)), 0);

    assertThat(rows(ViewStore.ITEMS, "7/")).hasSize(2);
    assertThat(rows(ViewStore.ITEM_IDS, "7/")).isEmpty();
  }

  @Test
  void a_chunk_nobody_can_read_is_in_the_view_and_not_in_the_index() {
    views.chunkOf(7, new byte[] {0, 0, 0, 0, 99, 1});
    views.chunk(Samples.chunk(7, 1, 1, Samples.item(1, null)), 0);

    assertThat(rows(ViewStore.ITEMS, "7/")).hasSize(2);
    assertThat(rows(ViewStore.ITEM_IDS, "7/")).hasSize(1);
  }

  @Test
  void a_deleted_job_is_in_no_index_of_items_and_stays_out_of_it() {
    views.chunk(Samples.chunk(7, 0, 1, Samples.item(0, null), Samples.item(1, null)), 0);
    views.chunk(Samples.chunk(77, 0, 1, Samples.item(0, null)), 0);

    views.chunksGone(7);
    views.pass(A_MOMENT);
    views.chunk(Samples.chunk(7, 1, 1, Samples.item(2, null)), 0);

    assertThat(rows(ViewStore.ITEM_IDS, "7/")).isEmpty();
    assertThat(rows(ViewStore.ITEM_IDS, "77/")).hasSize(1);
  }

  private List<String> tombstones() {
    return views.written(0).stream()
        .filter(record -> record.value() == null)
        .map(TestRecord::key)
        .filter(key -> key.contains("/"))
        .toList();
  }

  private List<String> rows(ViewStore store, String prefix) {
    return views.at(0).scan(store, List.of(prefix)).get(0).stream()
        .map(PartitionStore.Row::key)
        .toList();
  }
}
