package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ItemPageTest {

  /** Ten items in batches of four; every third failed, item 5 has no result yet. */
  private final JobState job = JobStates.queued(Samples.job(1, 10, 4));

  private final List<Integer> batchesRead = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "0, 4,  '0,1,2,3',     '0'",
    "0, 10, '0,1,2,3,4,-,6,7,8,9', '0,1,2'",
    "3, 2,  '3,4',         '0,1'",
    "4, 3,  '4,-,6',       '1'",
    "9, 5,  '9',           '2'",
    "10, 5, '',            ''",
    "2000000000, 5, '',    ''",
  })
  void a_window_holds_its_positions_and_reads_no_other_batch(
      int offset, int limit, String items, String batches) {
    List<ItemResult> window = ItemPage.window(job, offset, limit, this::read);

    assertThat(window.stream().map(item -> item == null ? "-" : "" + item.getIndex()))
        .isEqualTo(items.isEmpty() ? List.of() : List.of(items.split(",")));
    assertThat(String.join(",", batchesRead.stream().map(Objects::toString).toList()))
        .isEqualTo(batches);
  }

  @ParameterizedTest
  @CsvSource({
    "true,  0, 10, '0,3,6,9'",
    "true,  1, 2,  '3,6'",
    "true,  4, 2,  ''",
    "false, 0, 3,  '1,2,4'",
    "false, 3, 10, '7,8'",
  })
  void matching_items_come_in_item_order(boolean failed, int offset, int limit, String items) {
    List<ItemResult> page = ItemPage.matching(job, failed, offset, limit, this::read);

    assertThat(page.stream().map(item -> "" + item.getIndex()))
        .isEqualTo(items.isEmpty() ? List.of() : List.of(items.split(",")));
  }

  @Test
  void a_full_page_of_matches_reads_no_further() {
    ItemPage.matching(job, true, 0, 2, this::read);

    assertThat(batchesRead).containsExactly(0);
  }

  // Results come in the order they were finished: backwards, here.
  private void read(int batch, Consumer<ItemResult> into) {
    batchesRead.add(batch);
    for (int i = Math.min(9, batch * 4 + 3); i >= batch * 4; i--) {
      if (i != 5) {
        Failure failure = i % 3 == 0 ? new Failure(FailureCode.TIMEOUT, "too slow", null) : null;
        into.accept(
            new ItemResult((long) i, "file:/x", null, failure, List.of(), 1, 0f, null, null));
      }
    }
  }
}
