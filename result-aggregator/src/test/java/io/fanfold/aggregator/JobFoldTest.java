package io.fanfold.aggregator;

import static io.fanfold.aggregator.Samples.T0;
import static io.fanfold.aggregator.Samples.job;
import static io.fanfold.aggregator.Samples.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobFoldTest {

  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());

  @Test
  void an_accepted_job_is_queued_with_everything_pending() {
    JobState state = only(JobFold.accepted(job(1, 250, 100)));

    assertThat(state.getStatus()).isEqualTo(JobStatus.QUEUED);
    assertThat(state.getSequence()).isZero();
    assertThat(state.getEventId()).isNotNull();
    assertThat(state.getPending()).isEqualTo(250);
    assertThat(state.getBatches().getTotal()).isEqualTo(3);
  }

  @Test
  void a_refused_job_ends_failed_without_results() {
    Job refused =
        Job.newBuilder(job(1, 0, 100))
            .setFailure(new JobFailure("INVALID_SUBMISSION", "items must have at least one item"))
            .build();

    List<JobState> states = JobFold.accepted(refused);

    assertThat(states)
        .extracting(JobState::getStatus)
        .containsExactly(JobStatus.QUEUED, JobStatus.FAILED);
    JobState end = states.get(1);
    assertThat(end.getFailure().getCode()).isEqualTo("INVALID_SUBMISSION");
    assertThat(end.getOutcome()).isEqualTo(JobOutcome.NONE);
    assertThat(end.getEndedAt()).isEqualTo(T0);
    assertThat(end.getSequence()).isEqualTo(1);
  }

  @Test
  void the_first_news_makes_the_job_run_and_counts_at_once() {
    List<JobState> states =
        JobFold.counted(queued(job(1, 4, 2)), null, result(1, 0, 1, Map.of(), false));

    assertThat(states)
        .extracting(JobState::getStatus)
        .containsExactly(JobStatus.RUNNING, JobStatus.RUNNING);
    assertThat(states.get(0).getEventId()).isNotNull();
    assertThat(states.get(0).getStartedAt()).isEqualTo(T0.plusSeconds(1));
    assertThat(states.get(1).getEventId()).isNull();
    assertThat(states.get(1).getSucceeded()).isEqualTo(1);
    assertThat(states.get(1).getBatches().getRunning()).isEqualTo(1);
  }

  @Test
  void a_batch_that_only_starts_is_one_state() {
    JobState state =
        only(JobFold.counted(queued(job(1, 4, 2)), null, result(1, 0, 0, Map.of(), false)));

    assertThat(state.getStatus()).isEqualTo(JobStatus.RUNNING);
    assertThat(state.getSequence()).isEqualTo(1);
    assertThat(state.getBatches().getRunning()).isEqualTo(1);
  }

  @Test
  void a_job_whose_only_batch_is_done_at_once_still_runs_before_it_ends() {
    List<JobState> states =
        JobFold.counted(queued(job(1, 2, 2)), null, result(1, 0, 2, Map.of(), true));

    assertThat(states)
        .extracting(JobState::getStatus)
        .containsExactly(JobStatus.RUNNING, JobStatus.COMPLETED);
    assertThat(states).extracting(JobState::getSequence).containsExactly(1L, 2L);
    assertThat(states.get(1).getPending()).isZero();
    assertThat(states.get(1).getModels()).containsExactly(Samples.MODEL);
  }

  @ParameterizedTest
  @CsvSource({
    "ITEM,  2, 0, 2, 0, COMPLETED, ALL_SUCCEEDED",
    "ITEM,  2, 0, 0, 2, COMPLETED, PARTIAL",
    "ITEM,  1, 1, 0, 2, COMPLETED, PARTIAL",
    "ITEM,  0, 2, 0, 2, FAILED,    ALL_FAILED",
    "BATCH, 2, 0, 1, 1, COMPLETED, PARTIAL",
    "BATCH, 1, 1, 1, 1, FAILED,    PARTIAL",
    "BATCH, 0, 2, 0, 2, FAILED,    ALL_FAILED",
    "BATCH, 2, 0, 2, 0, COMPLETED, ALL_SUCCEEDED",
  })
  void the_end_follows_from_items_or_batches(
      FailureIsolation isolation,
      int good1,
      int bad1,
      int good2,
      int bad2,
      JobStatus status,
      JobOutcome outcome) {
    Job job = Job.newBuilder(job(1, 4, 2)).setFailureIsolation(isolation).build();
    var fold = new Fold(job);

    fold.add(result(1, 0, good1, failed(bad1), true));
    fold.add(result(1, 1, good2, failed(bad2), true));

    assertThat(fold.state().getStatus()).isEqualTo(status);
    assertThat(fold.state().getOutcome()).isEqualTo(outcome);
    assertThat(fold.state().getFailure() == null).isEqualTo(status == JobStatus.COMPLETED);
  }

  @Test
  void counts_replace_those_of_the_same_batch() {
    var fold = new Fold(job(1, 4, 4));

    fold.add(result(1, 0, 1, Map.of("TIMEOUT", 1), false));
    fold.add(result(1, 0, 2, Map.of("TIMEOUT", 1), false));

    assertThat(fold.state().getSucceeded()).isEqualTo(2);
    assertThat(fold.state().getFailedByCode()).containsExactly(Map.entry("TIMEOUT", 1L));
    assertThat(fold.state().getPending()).isEqualTo(1);
  }

  @Test
  void old_counts_and_anything_after_the_end_change_nothing() {
    var fold = new Fold(job(1, 2, 2));
    fold.add(result(1, 0, 1, Map.of(), false));
    int states = fold.states.size();

    fold.add(result(1, 0, 1, Map.of(), false));
    fold.add(result(1, 0, 0, Map.of(), false));
    assertThat(fold.states).hasSize(states);

    fold.add(result(1, 0, 2, Map.of(), true));
    JobState end = fold.state();
    fold.add(result(1, 0, 2, Map.of(), true));
    assertThat(fold.state()).isSameAs(end);
  }

  @Test
  void any_order_with_any_duplicates_gives_the_same_end() {
    System.out.println("fanfold.seed=" + SEED);
    var random = new Random(SEED);
    for (int round = 0; round < 200; round++) {
      int batches = 1 + random.nextInt(6);
      int size = 1 + random.nextInt(5);
      Job job = job(1 + round, batches * size, size);
      var deliveries = new ArrayList<List<BatchResult>>();
      int good = 0;
      for (int batch = 0; batch < batches; batch++) {
        int bad = random.nextInt(size + 1);
        good += size - bad;
        deliveries.add(history(job.getId(), batch, size - bad, bad, random));
      }

      var fold = new Fold(job);
      for (BatchResult result : interleave(deliveries, random)) {
        fold.add(result);
      }

      assertSound(fold.states, job.getTotalItems());
      assertThat(fold.state().getSucceeded()).as("seed %d", SEED).isEqualTo(good);
      assertThat(JobStates.isTerminal(fold.state().getStatus())).as("seed %d", SEED).isTrue();
    }
  }

  /** What must hold of every job's states. */
  private static void assertSound(List<JobState> states, long total) {
    for (int i = 0; i < states.size(); i++) {
      JobState state = states.get(i);
      assertThat(state.getSequence()).as("gapless, seed %d", SEED).isEqualTo(i);
      assertThat(
              state.getSucceeded() + state.getFailed() + state.getCanceled() + state.getPending())
          .as("adds up, seed %d", SEED)
          .isEqualTo(total);
      boolean changed = i == 0 || states.get(i - 1).getStatus() != state.getStatus();
      assertThat(state.getEventId() != null)
          .as("event on change, seed %d", SEED)
          .isEqualTo(changed);
      boolean terminal = JobStates.isTerminal(state.getStatus());
      assertThat(terminal).as("one end, the last, seed %d", SEED).isEqualTo(i == states.size() - 1);
      assertThat(state.getBatches().getRunning()).isNotNegative();
    }
    assertThat(states.get(states.size() - 1).getPending()).isZero();
    assertThat(states.get(states.size() - 1).getBatches().getRunning()).isZero();
  }

  private static List<BatchResult> history(long job, int batch, int good, int bad, Random random) {
    var history = new ArrayList<BatchResult>();
    int goodSoFar = 0;
    int badSoFar = 0;
    while (goodSoFar + badSoFar < good + bad) {
      if (random.nextBoolean()) {
        history.add(result(job, batch, goodSoFar, failed(badSoFar), false));
      }
      if (goodSoFar < good && (badSoFar == bad || random.nextBoolean())) {
        goodSoFar++;
      } else {
        badSoFar++;
      }
    }
    history.add(result(job, batch, good, failed(bad), true));
    return history;
  }

  private static List<BatchResult> interleave(List<List<BatchResult>> batches, Random random) {
    var merged = new ArrayList<BatchResult>();
    var rest = new ArrayList<List<BatchResult>>();
    batches.forEach(batch -> rest.add(new ArrayList<>(batch)));
    while (!rest.isEmpty()) {
      List<BatchResult> batch = rest.get(random.nextInt(rest.size()));
      BatchResult next = batch.remove(0);
      merged.add(next);
      if (random.nextInt(4) == 0) {
        merged.add(merged.get(random.nextInt(merged.size())));
      }
      if (batch.isEmpty()) {
        rest.remove(batch);
      }
    }
    return merged;
  }

  private static Map<String, Integer> failed(int count) {
    return count == 0 ? Map.of() : Map.of("TIMEOUT", count);
  }

  private static JobState queued(Job job) {
    return only(JobFold.accepted(job));
  }

  private static <T> T only(List<T> list) {
    assertThat(list).hasSize(1);
    return list.get(0);
  }

  /** The fold as the processor drives it. */
  private static final class Fold {

    final List<JobState> states = new ArrayList<>();
    private final Map<Integer, BatchResult> tallies = new HashMap<>();

    Fold(Job job) {
      states.addAll(JobFold.accepted(job));
    }

    JobState state() {
      return states.get(states.size() - 1);
    }

    void add(BatchResult now) {
      List<JobState> news = JobFold.counted(state(), tallies.get(now.getBatchIndex()), now);
      if (!news.isEmpty()) {
        tallies.put(now.getBatchIndex(), now);
        states.addAll(news);
      }
    }
  }
}
