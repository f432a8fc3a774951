package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

final class ChunkRulesTest {

  private final ChunkRules rules = new ChunkRules(3, 100);

  @Test
  void a_full_chunk_is_due_at_once() {
    BatchRun run = Samples.run(0, 10);
    add(run, 2, 0);
    assertThat(rules.isDue(run, 1)).isFalse();
    run.add(Samples.good(2), 1);
    assertThat(rules.isDue(run, 1)).isTrue();
  }

  @Test
  void a_whole_batch_is_due_at_once() {
    BatchRun run = Samples.run(0, 2);
    add(run, 2, 0);
    assertThat(rules.isDue(run, 1)).isTrue();
  }

  @Test
  void a_single_result_waits_no_longer_than_the_linger() {
    BatchRun run = Samples.run(0, 10);
    Samples.commit(run);
    run.add(Samples.good(0), 50);
    run.add(Samples.good(1), 140);
    assertThat(rules.isDue(run, 149)).isFalse();
    assertThat(rules.isDue(run, 150)).isTrue();
  }

  @Test
  void a_batch_that_runs_without_results_is_announced_once() {
    BatchRun run = Samples.run(0, 10);
    run.begunNanos = 1_000L;
    assertThat(rules.isDue(run, 1_099)).isFalse();
    assertThat(rules.isDue(run, 1_100)).isTrue();
    Samples.commit(run);
    assertThat(rules.isDue(run, 2_000)).isFalse();
  }

  @Test
  void a_batch_whose_turn_has_not_come_is_not_announced() {
    BatchRun run = Samples.run(0, 10);
    assertThat(rules.isDue(run, 1_000_000)).isFalse();
    assertThat(run.hasNews()).isFalse();
  }

  @Test
  void a_batch_of_which_nothing_is_left_to_do_is_told_of_without_being_begun() {
    assertThat(rules.isDue(Samples.run(0, 0), 0)).isTrue();
    assertThat(Samples.run(0, 0).hasNews()).isTrue();
  }

  @Test
  void retries_follow_the_schedule_and_end_with_it() {
    var delays = RetryDelays.ofMillis(List.of("200", "1000"));
    assertThat(delays.after(1)).contains(Duration.ofMillis(200));
    assertThat(delays.after(2)).contains(Duration.ofSeconds(1));
    assertThat(delays.after(3)).isEmpty();
    assertThat(RetryDelays.ofMillis(List.of()).after(1)).isEmpty();
    Assertions.assertThatThrownBy(() -> RetryDelays.ofMillis(List.of("soon")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("item.retry.delays.ms");
  }

  private static void add(BatchRun run, int count, long now) {
    for (int i = 0; i < count; i++) {
      run.add(Samples.good(i), now);
    }
  }
}
