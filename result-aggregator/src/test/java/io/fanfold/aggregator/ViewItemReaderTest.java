package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.JobStates;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ViewItemReaderTest {

  private static final int ITEMS = 25;

  private final JobState job = JobStates.queued(Samples.job(42, ITEMS, 10));
  private final List<Integer> read = new ArrayList<>();
  private int missing = -1;

  @Test
  void results_come_in_item_order_from_any_position_on() throws IOException {
    for (int from = 0; from <= ITEMS; from++) {
      var found = new ArrayList<Long>();
      reader().read(job, from, (result, attempt) -> found.add(result.getIndex()));

      assertThat(found).hasSize(ITEMS - from);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i)).isEqualTo(from + i);
      }
    }
  }

  @Test
  void the_result_of_the_later_attempt_counts() throws IOException {
    var attempts = new ArrayList<Integer>();
    var uris = new ArrayList<String>();
    reader()
        .read(
            job,
            4,
            (result, attempt) -> {
              attempts.add(attempt);
              uris.add(result.getUri());
              return result.getIndex() < 6;
            });

    assertThat(attempts).containsExactly(1, 2, 1);
    assertThat(uris).containsExactly("first", "again", "first");
  }

  @Test
  void no_batch_is_read_that_nobody_wants() throws IOException {
    reader().read(job, 12, (result, attempt) -> result.getIndex() < 15);

    assertThat(read).containsExactly(1);
  }

  @Test
  void a_result_that_is_not_in_the_view_yet_is_waited_for() {
    missing = 13;

    assertThatThrownBy(() -> reader().read(job, 0, (result, attempt) -> true))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_partition_that_is_elsewhere_is_waited_for() {
    var elsewhere =
        new ViewItemReader(
            (jobId, batch) -> {
              throw Problem.unavailable("elsewhere").exception();
            });

    assertThatThrownBy(() -> elsewhere.read(job, 0, (result, attempt) -> true))
        .isInstanceOf(IOException.class);
  }

  private ViewItemReader reader() {
    return new ViewItemReader(
        (jobId, batches) ->
            batches.stream()
                .collect(Collectors.toMap(batch -> batch, batch -> chunks(jobId, batch))));
  }

  /** In the order they were finished: backwards, a later attempt of item 5 first. */
  private List<ItemResults> chunks(long jobId, int batch) {
    read.add(batch);
    var first = new ArrayList<ItemResult>();
    for (int i = Math.min(ITEMS, batch * 10 + 10) - 1; i >= batch * 10; i--) {
      if (i != missing) {
        first.add(ItemResult.newBuilder().setIndex(i).setUri("first").build());
      }
    }
    ItemResult again = ItemResult.newBuilder().setIndex(5).setUri("again").build();
    return batch == 0
        ? List.of(chunk(batch, 2, List.of(again)), chunk(batch, 1, first))
        : List.of(chunk(batch, 1, first));
  }

  private static ItemResults chunk(int batch, int attempt, List<ItemResult> results) {
    return ItemResults.newBuilder()
        .setJobId(42)
        .setProject("default")
        .setBatchIndex(batch)
        .setAttempt(attempt)
        .setResults(results)
        .build();
  }
}
