package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class JobIndexerTest {

  private final WriteLog store = new WriteLog();
  private final JobIndexer indexer = new JobIndexer(store);

  @Test
  void a_change_of_status_moves_the_row_and_the_counts() {
    indexer.apply(7, state(7, JobStatus.QUEUED, "a"), 0);
    indexer.apply(7, state(7, JobStatus.COMPLETED, "a"), 1);

    assertThat(count("default", JobIndex.STATUS, "QUEUED")).isZero();
    assertThat(count("default", JobIndex.STATUS, "COMPLETED")).isEqualTo(1);
    assertThat(count("default", JobIndex.TAG, "a")).isEqualTo(1);
    assertThat(rows()).noneMatch(key -> key.contains("QUEUED") || key.contains("active"));
    assertThat(rows()).anyMatch(key -> key.startsWith("r/default/status/COMPLETED/"));
  }

  @Test
  void jobs_that_are_gone_leave_nothing_behind() {
    indexer.apply(7, state(7, JobStatus.QUEUED, "a"), 0);
    indexer.apply(8, state(8, JobStatus.QUEUED, "b"), 1);
    indexer.apply(7, state(7, JobStatus.COMPLETED, "a"), 2);
    indexer.apply(7, null, 3);
    indexer.apply(8, null, 4);

    assertThat(store.rows()).isEmpty();
  }

  @Test
  void a_state_that_changes_nothing_writes_nothing() {
    indexer.apply(7, state(7, JobStatus.RUNNING, "a"), 0);
    int writes = store.writes();
    indexer.apply(7, state(7, JobStatus.RUNNING, "a"), 1);

    assertThat(store.writes()).isEqualTo(writes);
  }

  @Test
  void values_with_odd_characters_and_long_ones_are_told_apart() {
    String one = "x".repeat(500) + "1";
    String two = "x".repeat(500) + "2";
    assertThat(JobIndex.term("p", "tag", one)).isNotEqualTo(JobIndex.term("p", "tag", two));
    assertThat(JobIndex.term("p", "tag", "a/b")).isNotEqualTo(JobIndex.term("p", "tag", "a"));
    assertThat(JobIndex.term("p", "tag", "~\u00e9/ ")).matches("p/tag/[A-Za-z0-9%+.*_-]+/");
  }

  /** Whatever part of the writes survived a crash, reading again makes it whole. */
  @RepeatedTest(200)
  void the_index_heals_after_a_crash_at_any_write() {
    long seed = Long.getLong("fanfold.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var states = new ArrayList<Map.Entry<Long, JobState>>();
    for (int i = 0; i < 30; i++) {
      long id = 1 + random.nextInt(4);
      boolean gone = random.nextInt(6) == 0;
      JobStatus status = JobStatus.values()[random.nextInt(3)];
      states.add(
          new java.util.AbstractMap.SimpleEntry<>(
              id, gone ? null : state(id, status, "t" + random.nextInt(2))));
    }
    for (int offset = 0; offset < states.size(); offset++) {
      indexer.apply(states.get(offset).getKey(), states.get(offset).getValue(), offset);
    }
    Map<String, String> whole = withoutOffsets(store.rows());

    int survived = random.nextInt(store.writes() + 1);
    var after = new WriteLog(store, survived);
    var healing = new JobIndexer(after);
    int from = random.nextInt(1 + after.lastOffset());
    for (int offset = from; offset < states.size(); offset++) {
      healing.apply(states.get(offset).getKey(), states.get(offset).getValue(), offset);
    }

    assertThat(withoutOffsets(after.rows())).as("seed %d", seed).isEqualTo(whole);
  }

  private static Map<String, String> withoutOffsets(TreeMap<String, byte[]> rows) {
    var seen = new HashMap<String, String>();
    rows.forEach(
        (key, value) -> {
          if (key.startsWith("n/")) {
            long count = JobIndexer.count(value);
            if (count != 0) {
              seen.put(key, Long.toString(count));
            }
          } else if (key.startsWith("r/")) {
            seen.put(key, new String(value, StandardCharsets.UTF_8));
          }
        });
    return seen;
  }

  private static JobState state(long id, JobStatus status, String tag) {
    JobState state = JobStates.queued(Samples.job(id, 3, 2));
    state.setStatus(status);
    state.setTag(tag);
    return state;
  }

  private long count(String project, String field, String value) {
    return JobIndexer.count(store.get(JobIndex.countKey(JobIndex.term(project, field, value))));
  }

  private List<String> rows() {
    return store.rows().keySet().stream().filter(key -> key.startsWith("r/")).toList();
  }
}
