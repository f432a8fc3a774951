package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {

  private final Deque<Runnable> started = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final Lanes lanes = new Lanes(started::add, 2, 4, 6);
  private long waitMs;

  @Test
  void one_receiver_has_so_many_tasks_at_a_time_and_the_rest_in_order() {
    for (int i = 0; i < 4; i++) {
      assertThat(offer("hole", "hole " + i)).isEqualTo(Sender.Answer.ACCEPTED);
    }

    assertThat(started).hasSize(2);
    finishOne();
    assertThat(started).hasSize(2);
    while (!started.isEmpty()) {
      finishOne();
    }
    assertThat(done).containsExactly("hole 0", "hole 1", "hole 2", "hole 3");
  }

  @Test
  void a_receiver_that_holds_all_its_places_leaves_those_of_others() {
    for (int i = 0; i < 4; i++) {
      offer("hole", "hole");
    }

    assertThat(offer("hole", "hole")).isInstanceOf(Sender.Answer.Later.class);
    assertThat(offer("good", "good")).isEqualTo(Sender.Answer.ACCEPTED);
    assertThat(started).hasSize(3);
  }

  @Test
  void all_lanes_together_have_a_limit_and_room_again_after_a_task() {
    for (int i = 0; i < 6; i++) {
      assertThat(offer("r" + i, "r")).isEqualTo(Sender.Answer.ACCEPTED);
    }

    assertThat(offer("one more", "x")).isEqualTo(Sender.Answer.FULL);
    finishOne();
    assertThat(offer("one more", "x")).isEqualTo(Sender.Answer.ACCEPTED);
  }

  @Test
  void a_receiver_that_is_to_be_left_alone_takes_no_place() {
    waitMs = 700;
    for (int i = 0; i < 10; i++) {
      assertThat(offer("hole", "x")).isEqualTo(new Sender.Answer.Later(700));
    }

    assertThat(started).isEmpty();
    waitMs = 0;
    assertThat(offer("hole", "x")).isEqualTo(Sender.Answer.ACCEPTED);
  }

  private Sender.Answer offer(String receiver, String name) {
    return lanes.offer(receiver, () -> waitMs, () -> done.add(name));
  }

  private void finishOne() {
    started.remove().run();
  }
}
