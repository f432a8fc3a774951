package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Meters;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.CommandType;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands and timers against every state a job can be in. */
final class JobCommandsTest {

  private static final Duration DELETED_KEPT = SplitterDriver.LIMITS.deletedKept();

  @TempDir static Path directory;

  private final SplitterDriver splitter =
      new SplitterDriver("job-commands-test", directory, SplitterDriver.LIMITS);

  @AfterEach
  void close() {
    splitter.close();
  }

  @Test
  void cancel_hands_out_the_rest_at_once_to_be_canceled() {
    splitter.submit(1, Samples.submission(20).setBatchSize(1));
    assertThat(splitter.batches()).hasSize(16).allMatch(batch -> batch.getStop() == null);

    splitter.command(1, CommandType.CANCEL);

    assertThat(splitter.batches())
        .hasSize(4)
        .allSatisfy(batch -> assertThat(batch.getStop()).isEqualTo(StopReason.CANCELED));
    Split split = splitter.splits().get(0);
    assertThat(split.getStop().getReason()).isEqualTo(StopReason.CANCELED);
    assertThat(split.getStop().getAt()).isEqualTo(SplitterDriver.NOW);
    assertThat(split.getComplete()).isTrue();
    assertThat(split.getCut()).isFalse();
    assertThat(split.getBatches()).isEqualTo(20);
    assertDone("cancel", 1);
  }

  @Test
  void cancel_before_the_job_runs_none_of_it() {
    splitter.command(1, CommandType.CANCEL);
    assertNothing();

    splitter.submit(1, Samples.submission(3).setBatchSize(1));

    assertThat(splitter.jobs()).hasSize(1);
    assertThat(splitter.batches())
        .hasSize(3)
        .allSatisfy(batch -> assertThat(batch.getStop()).isEqualTo(StopReason.CANCELED));
    assertThat(splitter.splits()).hasSize(1);
    assertDone("cancel", 1);
  }

  @Test
  void cancel_after_the_end_changes_nothing() {
    end(1);

    splitter.command(1, CommandType.CANCEL);

    assertNothing();
    assertIgnored("cancel", 1);
  }

  @Test
  void cancel_twice_is_cancel_once() {
    splitter.submit(1, Samples.submission(3).setBatchSize(1));
    splitter.command(1, CommandType.CANCEL);
    drain();

    splitter.command(1, CommandType.CANCEL);

    assertNothing();
    assertIgnored("cancel", 1);
  }

  @Test
  void cancel_while_the_last_batches_run_is_told_to_workers() {
    splitter.submit(1, Samples.submission(2).setBatchSize(1));
    splitter.result(1, 0, 1, true);
    drain();

    splitter.command(1, CommandType.CANCEL);

    assertThat(splitter.batches()).isEmpty();
    assertThat(splitter.splits()).hasSize(1);
  }

  @Test
  void delete_while_running_removes_everything_and_stops_the_workers() {
    splitter.submit(1, Samples.submission(20).setBatchSize(1));
    drain();

    splitter.command(1, CommandType.DELETE);

    assertThat(splitter.splits())
        .singleElement()
        .satisfies(split -> assertThat(split.getStop().getReason()).isEqualTo(StopReason.DELETED));
    assertRemoved(1);
    assertThat(splitter.batches()).isEmpty();
    splitter.pass(DELETED_KEPT);
    assertThat(splitter.splits()).containsExactly((Split) null);
  }

  @Test
  void results_after_delete_are_nothing_to_the_splitter() {
    splitter.submit(1, Samples.submission(20).setBatchSize(1));
    List<Batch> running = splitter.batches();
    splitter.command(1, CommandType.DELETE);
    drain();

    splitter.finish(running);
    splitter.tick();

    assertThat(splitter.batches()).isEmpty();
    assertThat(splitter.splits()).isEmpty();
    assertThat(splitter.jobs()).isEmpty();
  }

  @Test
  void delete_after_the_end_removes_everything() {
    end(1);

    splitter.command(1, CommandType.DELETE);

    assertRemoved(1);
    assertThat(splitter.splits()).isEmpty();
    splitter.command(1, CommandType.DELETE);
    assertNothing();
    assertIgnored("delete", 1);
  }

  @Test
  void delete_before_the_job_lets_nothing_of_it_run() {
    splitter.command(1, CommandType.DELETE);

    splitter.submit(1, Samples.submission(20).setBatchSize(1));

    List<Job> jobs = splitter.jobs();
    assertThat(jobs).hasSize(2);
    assertThat(jobs.get(1)).isNull();
    assertThat(splitter.batches()).isEmpty();
    assertThat(splitter.itemResults.readRecordsToList()).hasSize(1);
  }

  @Test
  void a_deleted_id_is_free_again_only_after_a_time() {
    end(1);
    splitter.command(1, CommandType.DELETE);
    drain();

    splitter.submit(1, Samples.submission(1));
    assertNothing();
    splitter.submit(1, Samples.submission(2));
    assertThat(text(splitter.deadLetters.readRecord(), "dead-letter-error"))
        .isEqualTo("job id 1 is taken by a job that was deleted");
    assertNothing();

    splitter.pass(DELETED_KEPT);
    splitter.submit(1, Samples.submission(2));
    assertThat(splitter.jobs()).hasSize(1);
    assertThat(splitter.batches()).hasSize(1);
  }

  @Test
  void a_job_that_was_refused_can_be_deleted() {
    splitter.submit(1, Samples.submission(1).setPriority(1_000));
    splitter.jobs();

    splitter.command(1, CommandType.RETRY_FAILED);
    splitter.command(1, CommandType.CANCEL);
    assertNothing();
    splitter.command(1, CommandType.DELETE);

    assertRemoved(1);
  }

  @Test
  void a_deadline_stops_what_is_under_way() {
    splitter.submit(
        1, Samples.submission(20).setBatchSize(1).setDeadline(SplitterDriver.NOW.plusSeconds(10)));
    drain();
    splitter.pass(Duration.ofMillis(9_950));
    assertNothing();

    splitter.pass(Duration.ofMillis(50));

    assertThat(splitter.batches())
        .hasSize(4)
        .allSatisfy(batch -> assertThat(batch.getStop()).isEqualTo(StopReason.EXPIRED));
    assertThat(splitter.splits().get(0).getStop().getReason()).isEqualTo(StopReason.EXPIRED);
  }

  @Test
  void a_deadline_in_the_past_runs_nothing() {
    splitter.submit(1, Samples.submission(20).setBatchSize(1).setDeadline(SplitterDriver.NOW));

    assertThat(splitter.batches())
        .hasSize(20)
        .allSatisfy(batch -> assertThat(batch.getStop()).isEqualTo(StopReason.EXPIRED));
    assertThat(splitter.splits()).hasSize(1);
  }

  @Test
  void a_deadline_after_the_end_or_a_cancel_changes_nothing() {
    var deadline = SplitterDriver.NOW.plusSeconds(1);
    splitter.submit(1, Samples.submission(1).setDeadline(deadline));
    splitter.result(1, 0, 1, true);
    splitter.submit(2, Samples.submission(1).setDeadline(deadline));
    splitter.command(2, CommandType.CANCEL);
    splitter.submit(3, Samples.submission(1).setDeadline(deadline));
    splitter.command(3, CommandType.DELETE);
    drain();

    splitter.pass(Duration.ofSeconds(1));

    assertThat(splitter.batches()).isEmpty();
    assertThat(splitter.splits()).isEmpty();
  }

  @Test
  void retry_hands_out_the_failed_items_under_their_batches() {
    end(1);

    splitter.command(1, CommandType.RETRY_FAILED);

    assertThat(splitter.splits())
        .singleElement()
        .satisfies(
            split -> {
              assertThat(split.getAttempt()).isEqualTo(2);
              assertThat(split.getComplete()).isFalse();
            });
    splitter.failures.page(1, false, 1);
    splitter.failures.page(1, true, 205, 207);
    splitter.tick();
    List<Batch> batches = splitter.batches();
    assertThat(batches).extracting(Batch::getIndex).containsExactly(0, 2);
    assertThat(batches).extracting(Batch::getAttempt).containsExactly(2, 2);
    assertThat(batches.get(1).getItems()).extracting(item -> item.getIndex()).contains(205L, 207L);
    List<Split> splits = splitter.splits();
    assertThat(splits.get(splits.size() - 1).getItems()).isEqualTo(3);
    assertThat(splits.get(splits.size() - 1).getComplete()).isTrue();
    assertThat(splits.get(splits.size() - 1).getBytesRead()).isZero();

    splitter.result(1, 0, 1, true);
    splitter.command(1, CommandType.RETRY_FAILED);
    assertIgnored("retry_failed", 1);
    splitter.finish(batches);
    splitter.command(1, CommandType.RETRY_FAILED);
    assertThat(splitter.splits())
        .singleElement()
        .satisfies(split -> assertThat(split.getAttempt()).isEqualTo(3));
  }

  @Test
  void retry_with_nothing_failed_ends_at_once() {
    end(1);
    splitter.command(1, CommandType.RETRY_FAILED);
    splitter.splits();

    splitter.failures.page(1, true);
    splitter.tick();

    assertThat(splitter.batches()).isEmpty();
    assertThat(splitter.splits())
        .singleElement()
        .satisfies(
            split -> {
              assertThat(split.getComplete()).isTrue();
              assertThat(split.getItems()).isZero();
            });
    splitter.command(1, CommandType.RETRY_FAILED);
    assertThat(splitter.splits().get(0).getAttempt()).isEqualTo(3);
  }

  @Test
  void a_retry_that_is_stopped_hands_out_the_rest_to_be_canceled() {
    end(1);
    splitter.command(1, CommandType.RETRY_FAILED);
    splitter.failures.page(1, false, 0);
    splitter.tick();
    drain();

    splitter.command(1, CommandType.CANCEL);
    splitter.failures.page(1, true, 100);
    splitter.tick();

    assertThat(splitter.batches())
        .singleElement()
        .satisfies(batch -> assertThat(batch.getStop()).isEqualTo(StopReason.CANCELED));
    List<Split> splits = splitter.splits();
    assertThat(splits).allSatisfy(split -> assertThat(split.getCut()).isFalse());
    assertThat(splits.get(splits.size() - 1).getComplete()).isTrue();
  }

  @Test
  void retry_while_running_or_of_a_deleted_job_is_ignored() {
    splitter.submit(1, Samples.submission(1));
    splitter.command(1, CommandType.RETRY_FAILED);
    splitter.command(1, CommandType.DELETE);
    drain();

    splitter.command(1, CommandType.RETRY_FAILED);

    assertNothing();
    assertIgnored("retry_failed", 2);
  }

  @ParameterizedTest
  @EnumSource(CommandType.class)
  void a_command_of_another_project_is_ignored_early_and_late(CommandType command) {
    splitter.command(1, command, "other");
    splitter.submit(1, Samples.submission(20).setBatchSize(1));
    assertThat(splitter.jobs()).hasSize(1);
    List<Batch> batches = splitter.batches();
    assertThat(batches).hasSize(16).allMatch(batch -> batch.getStop() == null);
    splitter.command(1, command, "other");
    assertNothing();
    splitter.finish(batches);
    splitter.finish(splitter.batches());
    splitter.command(1, command, "other");

    assertNothing();
    assertIgnored(command.name().toLowerCase(java.util.Locale.ROOT), 3);
  }

  @Test
  void a_command_whose_job_does_not_come_is_buried() {
    splitter.command(1, CommandType.CANCEL);
    splitter.pass(Duration.ofMinutes(9));
    splitter.command(1, CommandType.DELETE);
    splitter.pass(Duration.ofMinutes(2));

    TestRecord<byte[], byte[]> letter = splitter.deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo("1".getBytes(UTF_8));
    assertThat(splitter.codec.decode(Topics.JOB_COMMANDS, letter.value()).getCommand())
        .isEqualTo(CommandType.CANCEL);
    assertThat(text(letter, "dead-letter-topic")).isEqualTo("job-commands");
    assertThat(text(letter, "dead-letter-offset")).isEqualTo("0");
    assertThat(splitter.deadLetters.isEmpty()).isTrue();

    splitter.submit(1, Samples.submission(1));
    assertThat(splitter.batches()).isEmpty();
    assertDone("delete", 1);
  }

  @Test
  void a_command_nobody_can_read_is_buried() {
    splitter.commands.pipeInput("1".getBytes(UTF_8), new byte[] {9, 9});
    splitter.commands.pipeInput("x".getBytes(UTF_8), new byte[] {9, 9});
    splitter.commands.pipeInput("1".getBytes(UTF_8), (byte[]) null);

    assertThat(splitter.deadLetters.readRecordsToList()).hasSize(3);
  }

  @Test
  void a_job_is_removed_so_long_after_its_last_end() {
    splitter.submit(1, Samples.submission(1).setTtlSeconds(60L));
    splitter.pass(Duration.ofSeconds(100));
    splitter.result(1, 0, 1, true);
    splitter.pass(Duration.ofSeconds(30));
    splitter.command(1, CommandType.RETRY_FAILED);
    splitter.failures.page(1, true);
    splitter.pass(Duration.ofSeconds(10));
    drain();

    splitter.pass(Duration.ofSeconds(45));
    assertThat(splitter.jobs()).isEmpty();

    splitter.pass(Duration.ofSeconds(15));
    assertRemoved(1);
  }

  @Test
  void the_split_of_an_ended_job_is_forgotten_after_a_time() {
    splitter.submit(1, Samples.submission(1));
    splitter.command(1, CommandType.CANCEL);
    splitter.result(1, 0, 1, true);
    drain();

    splitter.pass(DELETED_KEPT);

    assertThat(splitter.splits()).containsExactly((Split) null);
    assertThat(splitter.jobs()).isEmpty();
  }

  /** A job of one batch that has ended. */
  private void end(long jobId) {
    splitter.submit(jobId, Samples.submission(1));
    splitter.result(jobId, 0, 1, true);
    drain();
  }

  private void drain() {
    splitter.jobs();
    splitter.batches();
    splitter.splits();
    splitter.usage();
    splitter.itemResults.readRecordsToList();
  }

  private void assertNothing() {
    assertThat(splitter.jobs()).isEmpty();
    assertThat(splitter.batches()).isEmpty();
    assertThat(splitter.splits()).isEmpty();
    assertThat(splitter.itemResults.isEmpty()).isTrue();
    assertThat(splitter.deadLetters.isEmpty()).isTrue();
  }

  private void assertRemoved(long jobId) {
    assertThat(splitter.jobs()).containsExactly((Job) null);
    TestRecord<String, byte[]> results = splitter.itemResults.readRecord();
    assertThat(results.key()).isEqualTo(Long.toString(jobId));
    assertThat(results.value()).isNull();
    assertThat(splitter.itemResults.isEmpty()).isTrue();
  }

  private void assertDone(String command, int times) {
    assertThat(splitter.counted(Meters.COMMANDS, command, "done")).isEqualTo(times);
  }

  private void assertIgnored(String command, int times) {
    assertThat(splitter.counted(Meters.COMMANDS, command, "ignored")).isEqualTo(times);
  }

  private static String text(TestRecord<byte[], byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), UTF_8);
  }
}
