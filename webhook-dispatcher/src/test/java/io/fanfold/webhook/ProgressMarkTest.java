package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.Job;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressMarkTest {

  private final Job job = Jobs.job(7, null);

  @ParameterizedTest
  @CsvSource({
    "10, 0, 0", "10, 9, 0", "10, 10, 1", "10, 19, 1", "10, 29, 2", "10, 99, 9", "10, 100, 10",
    "100, 29, 29", "100, 57, 57", "100, 58, 58", "3, 33, 0", "3, 34, 1", "3, 67, 2", "1, 99, 0",
    "0, 99, 0", "-4, 99, 0", "1000, 99, 99"
  })
  void a_step_is_done_when_another_part_of_the_items_has_ended(int steps, int ended, int step) {
    assertThat(mark(1, ended, steps).step()).isEqualTo(step);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 10, 50, 100})
  void each_step_is_news_once_and_there_are_no_more_than_asked_for(int steps) {
    var news = new ArrayList<Integer>();
    ProgressMark before = null;
    for (int ended = 0; ended <= 100; ended++) {
      before = next(before, mark(1, ended, steps), news);
      before = next(before, mark(1, ended, steps), news);
    }

    assertThat(news).hasSize(steps).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void several_steps_at_once_are_one_event() {
    var news = new ArrayList<Integer>();

    next(next(null, mark(1, 5, 10), news), mark(1, 77, 10), news);

    assertThat(news).containsExactly(7);
  }

  @Test
  void progress_that_goes_back_is_not_told_again() {
    var news = new ArrayList<Integer>();
    ProgressMark before = null;
    for (int ended : List.of(50, 30, 45, 50, 60)) {
      before = next(before, mark(1, ended, 10), news);
    }

    assertThat(news).containsExactly(5, 6);
  }

  @Test
  void another_attempt_counts_from_where_it_begins() {
    var news = new ArrayList<Integer>();
    ProgressMark before = next(null, mark(1, 100, 10), news);

    before = next(before, mark(2, 62, 10), news);
    before = next(before, mark(2, 69, 10), news);
    before = next(before, mark(2, 70, 10), news);
    next(before, mark(1, 99, 10), news);

    assertThat(news).containsExactly(10, 7);
  }

  @Test
  void who_begins_to_ask_in_the_middle_or_for_other_steps_hears_of_what_comes() {
    var news = new ArrayList<Integer>();

    next(next(null, mark(2, 62, 10), news), mark(2, 70, 10), news);
    next(next(new ProgressMark(1, 10, 3), mark(1, 40, 20), news), mark(1, 45, 20), news);

    assertThat(news).containsExactly(7, 9);
  }

  @Test
  void it_is_kept_as_text() {
    var mark = mark(3, 42, 20);

    assertThat(ProgressMark.parse(mark.toString())).isEqualTo(mark);
  }

  private ProgressMark mark(int attempt, int ended, int steps) {
    return ProgressMark.of(Jobs.running(job, 1, attempt, ended), steps);
  }

  private static ProgressMark next(ProgressMark before, ProgressMark now, List<Integer> news) {
    if (now.isNewsAfter(before)) {
      news.add(now.step());
    }
    return now.replaces(before) ? now : before;
  }
}
