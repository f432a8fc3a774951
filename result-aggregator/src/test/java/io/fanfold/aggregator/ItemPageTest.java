package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ItemPageTest {

  /** Ten items in batches of four; every third failed, item 5 has no result yet. */
  private final JobState job = JobStates.queued(Samples.job(1, 10, 4));

  private final List<Integer> batchesRead = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "0, 4,  '0,1,2,3',     '0',     4",
    "0, 10, '0,1,2,3,4,-,6,7,8,9', '0,1,2', -1",
    "3, 2,  '3,4',         '0,1',   5",
    "4, 3,  '4,-,6',       '1',     7",
    "9, 5,  '9',           '2',     -1",
    "10, 5, '',            '',      -1",
    "2000000000, 5, '',    '',      -1",
  })
  void a_window_holds_its_positions_and_reads_no_other_batch(
      int offset, int limit, String items, String batches, long next) {
    ItemPage window = ItemPage.window(job, ItemQuery.all(job), offset, limit, this::read);

    assertThat(window.items().stream().map(i -> i.result() == null ? "-" : "" + i.index()))
        .isEqualTo(items.isEmpty() ? List.of() : List.of(items.split(",")));
    assertThat(String.join(",", batchesRead.stream().map(Objects::toString).toList()))
        .isEqualTo(batches);
    assertThat(window.next()).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED,  0, 10, '0,3,6,9', -1",
    "FAILED,  1, 2,  '3,6',     9",
    "FAILED,  4, 2,  '',        -1",
    "SUCCEEDED, 0, 3,  '1,2,4', 7",
    "SUCCEEDED, 3, 10, '7,8',   -1",
  })
  void matching_items_come_in_item_order(
      ItemOutcome outcome, int offset, int limit, String items, long next) {
    ItemPage page = matching(outcome, 0, offset, limit);

    assertThat(page.items().stream().map(item -> "" + item.index()))
        .isEqualTo(items.isEmpty() ? List.of() : List.of(items.split(",")));
    assertThat(page.next()).isEqualTo(next);
  }

  @Test
  void a_full_page_of_matches_reads_no_further() {
    matching(ItemOutcome.FAILED, 0, 0, 1);

    assertThat(batchesRead).containsExactly(0);
  }

  @Test
  void a_page_at_a_position_reads_nothing_before_it() {
    ItemPage page = matching(ItemOutcome.FAILED, 8, 0, 5);

    assertThat(page.items()).extracting(ItemPage.Entry::index).containsExactly(9L);
    assertThat(batchesRead).containsExactly(2);
  }

  @Test
  void a_page_looks_at_so_many_results_and_no_more() {
    JobState large = JobStates.queued(Samples.job(1, 10 * ItemPage.MAX_RESULTS, 1_000));
    ItemPage page =
        ItemPage.matching(
            large,
            new ItemQuery(null, "nobody's", 0, large.getTotal(), 1, false),
            0,
            0,
            10,
            from -> IntStream.range(from, from + 64).boxed().toList(),
            this::read);

    assertThat(page.items()).isEmpty();
    assertThat(page.next()).isEqualTo(ItemPage.MAX_RESULTS);
  }

  @Test
  void a_page_that_has_not_skipped_enough_says_how_much_is_left() {
    JobState large = JobStates.queued(Samples.job(1, 10 * ItemPage.MAX_RESULTS, 1_000));
    ItemPage page =
        ItemPage.matching(
            large,
            new ItemQuery(ItemOutcome.FAILED, null, 0, large.getTotal(), 1, false),
            0,
            9_000,
            10,
            from -> IntStream.range(from, from + 64).boxed().toList(),
            this::read);

    assertThat(page.items()).isEmpty();
    assertThat(page.next()).isGreaterThanOrEqualTo(ItemPage.MAX_RESULTS);
    // Of the first batch's four results two are failures; there are no others.
    assertThat(page.skip()).isEqualTo(8_998);
  }

  @Test
  void the_newest_attempt_of_an_item_counts_in_whatever_order_they_come() {
    JobState again = JobState.newBuilder(job).setAttempt(2).build();
    ItemPage.Batches batches =
        wanted ->
            new TreeMap<>(
                java.util.Map.of(
                    0,
                    List.of(
                        Samples.chunk(1, 0, 2, Samples.item(0, null)),
                        Samples.chunk(
                            1,
                            0,
                            1,
                            Samples.item(0, FailureCode.TIMEOUT),
                            Samples.item(1, FailureCode.TIMEOUT),
                            Samples.item(2, FailureCode.CANCELED),
                            Samples.item(3, null)))));

    List<ItemPage.Entry> now = ItemPage.window(again, ItemQuery.all(again), 0, 4, batches).items();
    List<ItemPage.Entry> before =
        ItemPage.window(again, new ItemQuery(null, null, 0, 4, 1, false), 0, 4, batches).items();

    assertThat(now).extracting(ItemPage.Entry::attempt).containsExactly(2, 0, 1, 1);
    assertThat(now.get(0).result().getFailure()).isNull();
    assertThat(now.get(1).result()).as("it is run again").isNull();
    assertThat(before).extracting(ItemPage.Entry::attempt).containsExactly(1, 1, 1, 1);
    assertThat(before.get(0).result().getFailure().getCode()).isEqualTo(FailureCode.TIMEOUT);
  }

  private ItemPage matching(ItemOutcome outcome, long position, int offset, int limit) {
    return ItemPage.matching(
        job,
        new ItemQuery(outcome, null, 0, job.getTotal(), 1, false),
        position,
        offset,
        limit,
        from -> IntStream.range(from, 3).boxed().toList(),
        this::read);
  }

  // Results come in the order they were finished: backwards, here.
  private SortedMap<Integer, List<ItemResults>> read(List<Integer> batches) {
    batchesRead.addAll(batches);
    var found = new TreeMap<Integer, List<ItemResults>>();
    for (int batch : batches) {
      var results = new ArrayList<ItemResult>();
      for (int i = Math.min(9, batch * 4 + 3); i >= batch * 4; i--) {
        if (i != 5) {
          results.add(Samples.item(i, i % 3 == 0 ? FailureCode.TIMEOUT : null));
        }
      }
      found.put(batch, List.of(Samples.chunk(1, batch, 1, results.toArray(new ItemResult[0]))));
    }
    return found;
  }
}
