package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The auditor is shown a sound run, and then that run with one thing wrong at a time. */
final class AuditTest {

  private final List<ItemResults> chunks =
      new ArrayList<>(List.of(chunk(0, 1), chunk(2), chunk(3)));
  private final List<JobState> states = new ArrayList<>();

  AuditTest() {
    JobState queued =
        JobStates.queued(
            Job.newBuilder()
                .setId(1)
                .setProject("default")
                .setTotalItems(4)
                .setBatchSize(4)
                .setBatchCount(1)
                .setFeatures(List.of())
                .setFailureIsolation(FailureIsolation.ITEM)
                .setCreatedAt(Instant.EPOCH)
                .build());
    states.add(queued);
    states.add(next(queued, JobStatus.RUNNING, 2));
    states.add(next(states.get(1), JobStatus.RUNNING, 3));
    states.add(next(states.get(2), JobStatus.COMPLETED, 4));
  }

  @Test
  void a_sound_run_passes() {
    assertThat(audit()).isEmpty();
  }

  @Test
  void a_lost_chunk_is_found() {
    chunks.remove(1);
    assertThat(audit()).contains("job 1 item 2 has 0 results");
  }

  @Test
  void a_result_that_came_twice_is_found() {
    chunks.add(chunk(3));
    assertThat(audit()).contains("job 1 item 3 has 2 results");
  }

  @Test
  void a_gap_in_the_sequence_is_found() {
    states.remove(2);
    assertThat(audit()).contains("job 1 state 2 has sequence 3");
  }

  @Test
  void states_in_the_wrong_order_are_found() {
    states.add(1, states.remove(2));
    assertThat(audit()).isNotEmpty();
  }

  @Test
  void a_second_end_is_found() {
    states.add(next(states.get(3), JobStatus.COMPLETED, 4));
    assertThat(audit()).contains("job 1 has 2 terminal states");
  }

  @Test
  void a_job_that_never_ends_is_found() {
    states.remove(3);
    assertThat(audit()).contains("job 1 has 0 terminal states");
  }

  @Test
  void counts_that_do_not_add_up_are_found() {
    states.get(2).setFailed(5);
    assertThat(audit()).contains("job 1 counts add up to 9 at 2");
  }

  private List<String> audit() {
    return Audit.violations(Map.of(1L, 4), chunks, states);
  }

  private static JobState next(JobState before, JobStatus status, long succeeded) {
    long sequence = before.getSequence() + 1;
    return JobState.newBuilder(before)
        .setSequence(sequence)
        .setEventId(status == before.getStatus() ? null : JobStates.eventId("default", 1, sequence))
        .setStatus(status)
        .setSucceeded(succeeded)
        .setPending(4 - succeeded)
        .build();
  }

  private static ItemResults chunk(long... indexes) {
    var results = new ArrayList<ItemResult>();
    for (long index : indexes) {
      results.add(new ItemResult(index, "file:/x", null, null, List.of(), 1, 0f, null, null));
    }
    return ItemResults.newBuilder()
        .setJobId(1)
        .setProject("default")
        .setBatchIndex(0)
        .setResults(results)
        .build();
  }
}
