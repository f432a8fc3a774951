package io.fanfold.pipeline;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must hold of the public topics, however a run went: told as a list of what does not. Pure,
 * so that {@link AuditTest} can show it finds each kind of damage.
 */
final class Audit {

  private Audit() {}

  /**
   * @param jobs how many items each job was submitted with
   * @param chunks all of item-results, read committed
   * @param states all of job-states, read committed, in order per job
   */
  static List<String> violations(
      Map<Long, Integer> jobs, List<ItemResults> chunks, List<JobState> states) {
    var found = new ArrayList<String>();
    results(jobs, chunks, found);
    var byJob = new TreeMap<Long, List<JobState>>();
    states.forEach(s -> byJob.computeIfAbsent(s.getId(), id -> new ArrayList<>()).add(s));
    jobs.forEach((job, items) -> history(job, items, byJob.getOrDefault(job, List.of()), found));
    tallies(chunks, byJob, found);
    return found;
  }

  private static void results(
      Map<Long, Integer> jobs, List<ItemResults> chunks, List<String> found) {
    var seen = new HashMap<Long, Map<Long, Integer>>();
    for (ItemResults chunk : chunks) {
      for (ItemResult result : chunk.getResults()) {
        seen.computeIfAbsent(chunk.getJobId(), id -> new HashMap<>())
            .merge(result.getIndex(), 1, Integer::sum);
      }
    }
    jobs.forEach(
        (job, items) -> {
          Map<Long, Integer> counts = seen.getOrDefault(job, Map.of());
          for (long index = 0; index < items; index++) {
            int count = counts.getOrDefault(index, 0);
            if (count != 1) {
              found.add("job %d item %d has %d results".formatted(job, index, count));
            }
          }
          if (counts.size() > items) {
            found.add("job %d has results of items it does not have".formatted(job));
          }
        });
  }

  private static void history(long job, int items, List<JobState> states, List<String> found) {
    Set<String> events = new HashSet<>();
    int ends = 0;
    for (int i = 0; i < states.size(); i++) {
      JobState state = states.get(i);
      if (state.getSequence() != i) {
        found.add("job %d state %d has sequence %d".formatted(job, i, state.getSequence()));
      }
      long sum =
          state.getSucceeded() + state.getFailed() + state.getCanceled() + state.getPending();
      if (sum != items || state.getTotal() != items) {
        found.add("job %d counts add up to %d at %d".formatted(job, sum, i));
      }
      if (i > 0 && state.getPending() > states.get(i - 1).getPending()) {
        found.add("job %d has more pending at %d than before".formatted(job, i));
      }
      boolean changed = i == 0 || states.get(i - 1).getStatus() != state.getStatus();
      if (changed != (state.getEventId() != null)) {
        found.add("job %d has an event without a change, or the reverse, at %d".formatted(job, i));
      }
      if (state.getEventId() != null && !events.add(state.getEventId())) {
        found.add("job %d uses event id %s twice".formatted(job, state.getEventId()));
      }
      if (JobStates.isTerminal(state.getStatus())) {
        ends++;
      }
    }
    if (ends != 1 || !JobStates.isTerminal(states.get(states.size() - 1).getStatus())) {
      found.add("job %d has %d terminal states".formatted(job, ends));
    } else if (states.get(states.size() - 1).getPending() != 0) {
      found.add("job %d ended with items pending".formatted(job));
    }
  }

  private static void tallies(
      List<ItemResults> chunks, Map<Long, List<JobState>> states, List<String> found) {
    var succeeded = new HashMap<Long, Long>();
    for (ItemResults chunk : chunks) {
      long good = chunk.getResults().stream().filter(r -> r.getFailure() == null).count();
      succeeded.merge(chunk.getJobId(), good, Long::sum);
    }
    states.forEach(
        (job, history) -> {
          JobState end = history.get(history.size() - 1);
          if (end.getSucceeded() != succeeded.getOrDefault(job, 0L)) {
            found.add(
                "job %d says %d succeeded, its results say %d"
                    .formatted(job, end.getSucceeded(), succeeded.getOrDefault(job, 0L)));
          }
        });
  }
}
