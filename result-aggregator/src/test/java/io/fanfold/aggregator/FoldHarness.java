package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fold of one job as the processor drives it, without its stores. */
final class FoldHarness {

  final List<JobState> states = new ArrayList<>();
  private final Map<Integer, BatchResult> tallies = new HashMap<>();

  FoldHarness(Job job) {
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

  void add(Split split) {
    if (split.getAttempt() == state().getAttempt()) {
      states.addAll(JobFold.split(state(), split));
    } else {
      tallies.clear();
      states.addAll(JobFold.again(state(), split));
    }
  }

  /** What must hold of the states of any job, however its records came. */
  static void assertSound(List<JobState> states, String as) {
    for (int i = 0; i < states.size(); i++) {
      JobState state = states.get(i);
      assertThat(state.getSequence()).as("gapless, %s", as).isEqualTo(i);
      long done = state.getSucceeded() + state.getFailed() + state.getCanceled();
      assertThat(done + state.getPending()).as("adds up, %s", as).isEqualTo(state.getTotal());
      assertThat(state.getPending()).as("never below nothing, %s", as).isNotNegative();
      assertThat(state.getFailedByCode().values().stream().mapToLong(l -> l).sum())
          .as("codes, %s", as)
          .isEqualTo(state.getFailed());
      BatchCounts batches = state.getBatches();
      assertThat(batches.getRunning()).as("running, %s", as).isNotNegative();
      assertThat(
              batches.getRunning()
                  + batches.getCompleted()
                  + batches.getFailed()
                  + batches.getCanceled())
          .as("batches, %s", as)
          .isLessThanOrEqualTo(batches.getTotal());
      boolean changed = i == 0 || states.get(i - 1).getStatus() != state.getStatus();
      assertThat(state.getEventId() != null).as("event on change, %s", as).isEqualTo(changed);
      boolean terminal = JobStates.isTerminal(state.getStatus());
      assertThat(state.getEndedAt() != null).as("ended, %s", as).isEqualTo(terminal);
      if (terminal) {
        assertThat(state.getPending()).as("nothing left, %s", as).isZero();
        assertThat(batches.getRunning()).as("nothing runs, %s", as).isZero();
      }
      if (i > 0) {
        assertFollows(states.get(i - 1), state, as);
      }
    }
  }

  private static void assertFollows(JobState before, JobState now, String as) {
    assertThat(now.getUpdatedAt()).as("time, %s", as).isAfterOrEqualTo(before.getUpdatedAt());
    if (JobStates.isTerminal(before.getStatus())) {
      assertThat(now.getAttempt()).as("only again, %s", as).isEqualTo(before.getAttempt() + 1);
      assertThat(now.getStatus()).as("only again, %s", as).isEqualTo(JobStatus.QUEUED);
    } else {
      assertThat(now.getAttempt()).as("one attempt, %s", as).isEqualTo(before.getAttempt());
      assertThat(now.getTotal()).as("grows, %s", as).isGreaterThanOrEqualTo(before.getTotal());
      if (before.getStatus() == JobStatus.RUNNING) {
        assertThat(now.getStatus()).as("no way back, %s", as).isNotEqualTo(JobStatus.QUEUED);
      }
    }
  }
}
