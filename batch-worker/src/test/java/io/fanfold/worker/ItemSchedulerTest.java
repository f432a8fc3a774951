package io.fanfold.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.schemas.StopReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ItemSchedulerTest {

  private long now;
  private final ItemScheduler scheduler = new ItemScheduler(2, 1, () -> now);

  @Test
  void batches_take_turns() {
    scheduler.add(Samples.run(0, 3));
    scheduler.add(Samples.run(1, 3));

    assertThat(takeAll()).containsExactly("0/0", "1/3", "0/1", "1/4");
  }

  @Test
  void jobs_take_turns_however_many_batches_each_has() {
    for (int batch = 0; batch < 5; batch++) {
      scheduler.add(Samples.run(1, batch, 2));
    }
    scheduler.add(Samples.run(2, 7, 2));

    assertThat(takeAll()).startsWith("0/0", "7/14", "1/2", "7/15", "2/4", "3/6").hasSize(12);
  }

  @Test
  void one_batch_has_at_most_so_many_items_under_way() {
    scheduler.add(Samples.run(0, 5));
    ItemTask first = scheduler.next();
    ItemTask second = scheduler.next();
    assertThat(scheduler.next()).isNull();

    scheduler.done(first);
    assertThat(scheduler.next()).isNotNull();
    assertThat(scheduler.next()).isNull();

    scheduler.done(second);
    assertThat(scheduler.next()).isNotNull();
  }

  @Test
  void a_stuck_batch_does_not_stop_its_neighbours() {
    scheduler.add(Samples.run(0, 100));
    scheduler.next();
    scheduler.next();

    scheduler.add(Samples.run(1, 3));
    for (int i = 0; i < 3; i++) {
      ItemTask task = scheduler.next();
      assertThat(task.run().batch().getIndex()).isEqualTo(1);
      scheduler.done(task);
    }
  }

  @Test
  void an_item_to_be_tried_again_waits_for_its_time_and_holds_no_place() {
    scheduler.add(Samples.run(0, 3));
    ItemTask first = scheduler.next();
    scheduler.next();
    scheduler.retry(first, 1_000);

    ItemTask third = scheduler.next();
    assertThat(third.item().getIndex()).isEqualTo(2);
    scheduler.done(third);
    now = 999;
    assertThat(scheduler.next()).isNull();
    now = 1_000;
    ItemTask again = scheduler.next();
    assertThat(again.item().getIndex()).isZero();
    assertThat(again.attempt()).isEqualTo(2);
  }

  @Test
  void a_retry_that_is_due_while_its_batch_is_busy_comes_when_there_is_room() {
    scheduler.add(Samples.run(0, 3));
    ItemTask first = scheduler.next();
    ItemTask second = scheduler.next();
    scheduler.retry(first, 10);
    ItemTask third = scheduler.next();
    now = 10;

    assertThat(scheduler.next()).isNull();
    scheduler.done(second);
    assertThat(scheduler.next().attempt()).isEqualTo(2);
    assertThat(scheduler.next()).isNull();
    scheduler.done(third);
    assertThat(scheduler.next()).isNull();
  }

  @Test
  void a_removed_batch_yields_nothing_more() {
    BatchRun gone = Samples.run(0, 3);
    scheduler.add(gone);
    scheduler.retry(scheduler.next(), 10);
    scheduler.remove(gone);
    now = 10;

    assertThat(scheduler.next()).isNull();
  }

  @Test
  void a_turn_goes_on_with_its_batch_and_promises_nothing_to_anyone() {
    BatchRun run = Samples.run(0, 3);
    scheduler.add(run);
    ItemTask first = scheduler.next();

    ItemTask second = ItemScheduler.another(first);
    assertThat(second.item().getIndex()).isEqualTo(1);
    // While the second is slow, the third is anybody's.
    assertThat(scheduler.next().item().getIndex()).isEqualTo(2);
    assertThat(ItemScheduler.another(second)).isNull();
    assertThat(scheduler.next()).isNull();
  }

  @Test
  void a_batch_emptied_by_another_turn_costs_its_neighbour_nothing() {
    scheduler.add(Samples.run(0, 2));
    scheduler.add(Samples.run(1, 1));
    ItemTask first = scheduler.next();
    ItemScheduler.another(first);

    assertThat(scheduler.next().run().batch().getIndex()).isEqualTo(1);
    assertThat(scheduler.next()).isNull();
  }

  @Test
  void what_is_left_of_a_batch_comes_back_when_it_is_removed() {
    BatchRun run = Samples.run(0, 3);
    scheduler.add(run);
    scheduler.retry(scheduler.next(), 10);
    scheduler.next();

    assertThat(scheduler.remove(run))
        .extracting(task -> task.item().getIndex())
        .containsExactly(2L, 0L);
    assertThat(scheduler.remove(run)).isEmpty();
  }

  @Test
  void an_item_of_a_stopped_batch_is_not_tried_again() {
    BatchRun run = Samples.run(0, 1);
    scheduler.add(run);
    ItemTask task = scheduler.next();
    run.stop = StopReason.CANCELED;

    assertThat(scheduler.retry(task, 10)).isFalse();
    now = 10;
    assertThat(scheduler.next()).isNull();
  }

  @Test
  void while_items_are_quick_few_threads_work_unless_they_are_nudged() throws Exception {
    scheduler.add(Samples.run(0, 100));
    ItemTask quick = scheduler.next();
    scheduler.done(quick, 10, 1_000);
    scheduler.next();
    var second = new CompletableFuture<ItemTask>();
    Thread taker = new Thread(() -> second.completeAsync(this::taken, Runnable::run));
    taker.start();
    await().until(() -> taker.getState() == Thread.State.WAITING);
    assertThat(second).isNotDone();

    scheduler.nudge();

    assertThat(second.get(10, TimeUnit.SECONDS).item().getIndex()).isEqualTo(2);
  }

  @Test
  void while_items_are_slow_every_thread_works() throws Exception {
    scheduler.add(Samples.run(0, 100));
    scheduler.done(scheduler.next(), 1, TimeUnit.SECONDS.toNanos(1));
    scheduler.next();

    assertThat(taker().get(10, TimeUnit.SECONDS).item().getIndex()).isEqualTo(2);
  }

  @Test
  void a_waiting_taker_is_woken_by_work() throws Exception {
    CompletableFuture<ItemTask> taken = taker();
    scheduler.add(Samples.run(0, 1));

    assertThat(taken.get(10, TimeUnit.SECONDS).item().getIndex()).isZero();
  }

  private CompletableFuture<ItemTask> taker() {
    return CompletableFuture.supplyAsync(this::taken);
  }

  private ItemTask taken() {
    try {
      return scheduler.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> takeAll() {
    var taken = new ArrayList<String>();
    for (ItemTask task = scheduler.next(); task != null; task = scheduler.next()) {
      taken.add(task.run().batch().getIndex() + "/" + task.item().getIndex());
    }
    return taken;
  }
}
