package io.fanfold.aggregator;

import static io.fanfold.aggregator.Samples.job;
import static io.fanfold.aggregator.Samples.manifestJob;
import static io.fanfold.aggregator.Samples.result;
import static io.fanfold.aggregator.Samples.split;
import static io.fanfold.aggregator.Samples.stop;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.StopReason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that are read from a manifest, stopped, broken, or run again. */
final class JobLifeTest {

  private static final Map<String, Integer> NONE = Map.of();

  @Test
  void a_job_grows_while_its_manifest_is_read_and_ends_when_it_is_read() {
    var fold = new FoldHarness(manifestJob(1, 2));
    assertThat(fold.state().getTotal()).isZero();

    fold.add(split(1, 1, 2, 1).setBytesRead(10).setBytesTotal(30L).build());
    fold.add(result(1, 0, 2, NONE, true));
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.RUNNING);
    assertThat(fold.state().getTotal()).isEqualTo(2);
    assertThat(fold.state().getSplitting().getBytesRead()).isEqualTo(10);

    fold.add(split(1, 1, 3, 2).setBytesRead(30).setComplete(true).setInvalidLines(1).build());
    assertThat(fold.state().getPending()).isEqualTo(1);
    fold.add(result(1, 1, 0, Map.of("INVALID_ITEM", 1), true));

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.COMPLETED);
    assertThat(fold.state().getOutcome()).isEqualTo(JobOutcome.PARTIAL);
    assertThat(fold.state().getSplitting().getComplete()).isTrue();
    assertThat(fold.state().getSplitting().getInvalidLines()).isEqualTo(1);
    FoldHarness.assertSound(fold.states, "manifest");
  }

  @Test
  void results_of_batches_not_known_to_be_handed_out_count_and_end_nothing() {
    var fold = new FoldHarness(manifestJob(1, 2));

    fold.add(result(1, 0, 2, NONE, true));
    fold.add(result(1, 1, 2, NONE, true));
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.RUNNING);
    assertThat(fold.state().getTotal()).isEqualTo(4);
    assertThat(fold.state().getBatches().getTotal()).isEqualTo(2);

    fold.add(split(1, 1, 2, 1).build());
    assertThat(fold.state().getTotal()).isEqualTo(4);
    fold.add(split(1, 1, 4, 2).setComplete(true).build());
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.COMPLETED);
    FoldHarness.assertSound(fold.states, "ahead");
  }

  @Test
  void a_manifest_without_items_ends_the_job_failed() {
    var fold = new FoldHarness(manifestJob(1, 2));
    fold.add(split(1, 1, 0, 0).setComplete(true).build());

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.FAILED);
    assertThat(fold.state().getFailure().getCode()).isEqualTo("NO_ITEMS");
    assertThat(fold.state().getOutcome()).isEqualTo(JobOutcome.NONE);
    FoldHarness.assertSound(fold.states, "empty");
  }

  @Test
  void a_split_that_says_nothing_new_is_no_state() {
    var fold = new FoldHarness(manifestJob(1, 2));
    fold.add(split(1, 1, 2, 1).build());
    fold.add(split(1, 1, 2, 1).build());
    assertThat(fold.states).hasSize(2);

    var inline = new FoldHarness(job(1, 2, 2));
    inline.add(split(1, 1, 2, 1).setComplete(true).build());
    assertThat(inline.states).hasSize(1);
    assertThat(inline.state().getSplitting()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELED, CANCELED, 1, 2, CANCELED, PARTIAL",
    "CANCELED, CANCELED, 0, 3, CANCELED, NONE",
    "EXPIRED,  EXPIRED,  1, 2, EXPIRED,  PARTIAL",
    "DELETED,  CANCELED, 1, 2, CANCELED, PARTIAL",
  })
  void a_stopped_job_ends_by_what_stopped_it_and_keeps_its_results(
      StopReason reason,
      String code,
      int succeeded,
      int stopped,
      JobStatus status,
      JobOutcome outcome) {
    var fold = new FoldHarness(job(1, 3, 3));
    fold.add(split(1, 1, 3, 1).setComplete(true).setStop(stop(reason)).build());
    assertThat(fold.state().getStop().getReason()).isEqualTo(reason);
    assertThat(JobStates.isTerminal(fold.state().getStatus())).isFalse();

    fold.add(result(1, 0, succeeded, Map.of(code, stopped), true));

    assertThat(fold.state().getStatus()).isEqualTo(status);
    assertThat(fold.state().getOutcome()).isEqualTo(outcome);
    assertThat(fold.state().getSucceeded()).isEqualTo(succeeded);
    assertThat(fold.state().getCanceled()).isEqualTo(stopped);
    assertThat(fold.state().getFailed()).isZero();
    assertThat(fold.state().getFailedByCode()).isEmpty();
    assertThat(fold.state().getFailure()).isNull();
    FoldHarness.assertSound(fold.states, "stopped");
  }

  @Test
  void batches_that_were_not_run_are_counted_apart() {
    var fold = new FoldHarness(job(1, 8, 2));
    fold.add(split(1, 1, 8, 4).setComplete(true).setStop(stop(StopReason.CANCELED)).build());
    fold.add(result(1, 0, 1, Map.of("CANCELED", 1), true));
    fold.add(result(1, 1, 0, Map.of("CANCELED", 2), true));
    fold.add(result(1, 2, 0, Map.of("CANCELED", 1, "TIMEOUT", 1), true));
    fold.add(result(1, 3, 2, NONE, true));

    assertThat(fold.state().getBatches()).isEqualTo(new BatchCounts(4, 0, 2, 1, 1));
    assertThat(fold.state().getFailedByCode()).containsExactly(Map.entry("TIMEOUT", 1L));
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.CANCELED);
  }

  @Test
  void items_that_were_not_run_wait_for_the_reason_to_be_read() {
    var fold = new FoldHarness(job(1, 2, 2));
    fold.add(result(1, 0, 1, Map.of("EXPIRED", 1), true));
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.RUNNING);

    fold.add(split(1, 1, 2, 1).setComplete(true).setStop(stop(StopReason.EXPIRED)).build());

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.EXPIRED);
    assertThat(fold.state().getStop()).isEqualTo(stop(StopReason.EXPIRED));
  }

  @Test
  void a_stop_that_came_too_late_to_stop_anything_leaves_no_trace() {
    var before = new FoldHarness(job(1, 2, 2));
    before.add(split(1, 1, 2, 1).setComplete(true).setStop(stop(StopReason.CANCELED)).build());
    before.add(result(1, 0, 2, NONE, true));
    var after = new FoldHarness(job(1, 2, 2));
    after.add(result(1, 0, 2, NONE, true));
    after.add(split(1, 1, 2, 1).setComplete(true).setStop(stop(StopReason.CANCELED)).build());

    assertThat(before.state().getStatus()).isEqualTo(JobStatus.COMPLETED);
    assertThat(before.state().getStop()).isNull();
    assertThat(after.state().getStatus()).isEqualTo(JobStatus.COMPLETED);
    assertThat(after.states).hasSize(3);
  }

  @Test
  void what_was_not_read_of_a_stopped_jobs_manifest_is_no_item_of_it() {
    var fold = new FoldHarness(manifestJob(1, 2));
    fold.add(split(1, 1, 4, 2).build());
    fold.add(result(1, 0, 2, NONE, true));
    fold.add(
        split(1, 1, 4, 2)
            .setComplete(true)
            .setCut(true)
            .setStop(stop(StopReason.CANCELED))
            .build());
    fold.add(result(1, 1, 2, NONE, true));

    // Everything handed out has run, and still the job was not run to its end.
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.CANCELED);
    assertThat(fold.state().getTotal()).isEqualTo(4);
    assertThat(fold.state().getOutcome()).isEqualTo(JobOutcome.ALL_SUCCEEDED);
    assertThat(fold.state().getSplitting().getCut()).isTrue();
  }

  @Test
  void a_job_stopped_before_anything_was_read_ends_at_once() {
    var fold = new FoldHarness(manifestJob(1, 2));
    fold.add(
        split(1, 1, 0, 0).setComplete(true).setCut(true).setStop(stop(StopReason.EXPIRED)).build());

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.EXPIRED);
    assertThat(fold.state().getFailure()).isNull();
    assertThat(fold.states).hasSize(2);
    FoldHarness.assertSound(fold.states, "at once");
  }

  @Test
  void a_manifest_that_breaks_off_fails_the_job_when_what_is_under_way_has_ended() {
    var failure = new JobFailure("MANIFEST_UNREADABLE", "the connection was lost at byte 10");
    var fold = new FoldHarness(manifestJob(1, 2));
    fold.add(split(1, 1, 4, 2).build());
    fold.add(result(1, 0, 2, NONE, true));
    fold.add(split(1, 1, 4, 2).setFailure(failure).build());
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.RUNNING);

    fold.add(result(1, 1, 2, NONE, true));

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.FAILED);
    assertThat(fold.state().getFailure()).isEqualTo(failure);
    assertThat(fold.state().getSucceeded()).isEqualTo(4);
    FoldHarness.assertSound(fold.states, "broken off");
  }

  @ParameterizedTest
  @CsvSource({"2, 2, COMPLETED, 2", "2, 1, CANCELED, 1", "1, 0, CANCELED, 0"})
  void a_batch_completes_under_batch_isolation_if_nothing_in_it_was_left(
      int first, int second, JobStatus status, int completed) {
    Job job = Job.newBuilder(job(1, 4, 2)).setFailureIsolation(FailureIsolation.BATCH).build();
    var fold = new FoldHarness(job);
    fold.add(split(1, 1, 4, 2).setComplete(true).setStop(stop(StopReason.CANCELED)).build());
    fold.add(result(1, 0, first, left(2 - first), true));
    fold.add(result(1, 1, second, left(2 - second), true));

    assertThat(fold.state().getStatus()).isEqualTo(status);
    assertThat(fold.state().getBatches().getCompleted()).isEqualTo(completed);
  }

  @Test
  void failed_items_are_run_again_as_another_attempt_of_the_same_job() {
    var fold = new FoldHarness(job(1, 6, 2));
    fold.add(result(1, 0, 2, NONE, true));
    fold.add(result(1, 1, 1, Map.of("TIMEOUT", 1), true));
    fold.add(result(1, 2, 0, Map.of("NOT_FOUND", 2), true));
    JobState ended = fold.state();

    fold.add(split(1, 2, 1, 1).build());
    JobState queued = fold.state();
    assertThat(queued.getStatus()).isEqualTo(JobStatus.QUEUED);
    assertThat(queued.getEventId()).isNotNull();
    assertThat(queued.getAttempt()).isEqualTo(2);
    assertThat(queued.getOutcome()).isEqualTo(JobOutcome.NONE);
    assertThat(queued.getPending()).isEqualTo(3);
    assertThat(queued.getSucceeded()).isEqualTo(3);
    assertThat(queued.getFailed()).isZero();
    assertThat(queued.getFailedByCode()).isEmpty();
    assertThat(queued.getBatches()).isEqualTo(new BatchCounts(1, 0, 0, 0, 0));
    assertThat(queued.getStartedAt()).isNull();
    assertThat(queued.getHistory())
        .containsExactly(
            new EndedAttempt(
                1,
                JobStatus.COMPLETED,
                JobOutcome.PARTIAL,
                3L,
                3L,
                0L,
                ended.getStartedAt(),
                ended.getEndedAt()));

    fold.add(result(1, 2, 1, 1, NONE, true));
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.RUNNING);
    fold.add(split(1, 2, 3, 2).setComplete(true).build());
    fold.add(result(1, 2, 2, 1, Map.of("NOT_FOUND", 1), true));

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.COMPLETED);
    assertThat(fold.state().getOutcome()).isEqualTo(JobOutcome.PARTIAL);
    assertThat(fold.state().getSucceeded()).isEqualTo(5);
    assertThat(fold.state().getFailed()).isEqualTo(1);
    assertThat(fold.state().getBatches()).isEqualTo(new BatchCounts(2, 0, 2, 0, 0));
    FoldHarness.assertSound(fold.states, "again");
  }

  @Test
  void items_canceled_before_do_not_cancel_the_next_attempt() {
    var fold = new FoldHarness(job(1, 3, 3));
    fold.add(split(1, 1, 3, 1).setComplete(true).setStop(stop(StopReason.CANCELED)).build());
    fold.add(result(1, 0, 1, Map.of("TIMEOUT", 1, "CANCELED", 1), true));
    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.CANCELED);

    fold.add(split(1, 2, 1, 1).setComplete(true).build());
    assertThat(fold.state().getStop()).isNull();
    fold.add(result(1, 2, 0, 1, NONE, true));

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.COMPLETED);
    assertThat(fold.state().getCanceled()).isEqualTo(1);
    assertThat(fold.state().getOutcome()).isEqualTo(JobOutcome.PARTIAL);
    FoldHarness.assertSound(fold.states, "canceled before");
  }

  @Test
  void the_next_attempt_can_be_stopped_as_well() {
    var fold = new FoldHarness(job(1, 3, 3));
    fold.add(result(1, 0, 1, Map.of("TIMEOUT", 2), true));
    fold.add(split(1, 2, 2, 1).setComplete(true).setStop(stop(StopReason.CANCELED)).build());
    fold.add(result(1, 2, 0, 0, Map.of("CANCELED", 2), true));

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.CANCELED);
    assertThat(fold.state().getCanceled()).isEqualTo(2);
    assertThat(fold.state().getSucceeded()).isEqualTo(1);
    assertThat(fold.state().getBatches()).isEqualTo(new BatchCounts(1, 0, 0, 0, 1));
    FoldHarness.assertSound(fold.states, "stopped again");
  }

  @Test
  void what_could_not_be_handed_out_again_stays_failed() {
    var failure = new JobFailure("RETRY_UNREADABLE", "the failed items cannot be read");
    var fold = new FoldHarness(job(1, 3, 3));
    fold.add(result(1, 0, 1, Map.of("TIMEOUT", 2), true));
    fold.add(split(1, 2, 0, 0).setFailure(failure).build());

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.FAILED);
    assertThat(fold.state().getFailure()).isEqualTo(failure);
    assertThat(fold.state().getFailed()).isEqualTo(2);
    assertThat(fold.state().getFailedByCode()).containsExactly(Map.entry("INTERNAL", 2L));
    assertThat(fold.state().getSucceeded()).isEqualTo(1);
    FoldHarness.assertSound(fold.states, "not handed out");
  }

  @Test
  void a_batch_that_completed_before_keeps_the_job_completed_under_batch_isolation() {
    Job job = Job.newBuilder(job(1, 4, 2)).setFailureIsolation(FailureIsolation.BATCH).build();
    var fold = new FoldHarness(job);
    fold.add(result(1, 0, 2, NONE, true));
    fold.add(result(1, 1, 1, Map.of("TIMEOUT", 1), true));
    fold.add(split(1, 2, 1, 1).setComplete(true).build());
    fold.add(result(1, 2, 1, 0, Map.of("TIMEOUT", 1), true));

    assertThat(fold.state().getStatus()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void what_was_read_of_the_manifest_is_still_shown_when_items_run_again() {
    var fold = new FoldHarness(manifestJob(1, 2));
    fold.add(
        split(1, 1, 2, 1)
            .setComplete(true)
            .setBytesRead(30)
            .setBytesTotal(30L)
            .setInvalidLines(1)
            .build());
    fold.add(result(1, 0, 1, Map.of("INVALID_ITEM", 1), true));
    fold.add(split(1, 2, 1, 1).setComplete(true).build());

    assertThat(fold.state().getSplitting().getBytesRead()).isEqualTo(30);
    assertThat(fold.state().getSplitting().getInvalidLines()).isEqualTo(1);
    assertThat(fold.state().getTotal()).isEqualTo(2);
  }

  private static Map<String, Integer> left(int count) {
    return count == 0 ? NONE : Map.of("CANCELED", count);
  }
}
