package io.fanfold.worker;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Service;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.ItemResult;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The threads that try items; they take from the scheduler and report to the loop. */
final class ItemThreads implements Service.Part {

  private static final long JOIN_MS = 5_000;

  // Short enough for turns to look like one item each, long enough to make taking one cheap.
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ItemScheduler scheduler;
  private final ItemRunner runner;
  private final RetryDelays delays;
  private final BiConsumer<BatchRun, ItemResult> finished;
  private final Consumer<Throwable> onFailure;
  private final Telemetry telemetry;
  private final Timer durations;
  private final List<Thread> threads = new ArrayList<>();

  ItemThreads(
      int count,
      ItemScheduler scheduler,
      ItemRunner runner,
      RetryDelays delays,
      BiConsumer<BatchRun, ItemResult> finished,
      Consumer<Throwable> onFailure,
      Telemetry telemetry) {
    this.scheduler = scheduler;
    this.runner = runner;
    this.delays = delays;
    this.finished = finished;
    this.onFailure = onFailure;
    this.telemetry = telemetry;
    this.durations = telemetry.timer(Meters.ITEM_DURATION);
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(this::run, "item-" + i);
      // A predictor that hangs must not keep a stopped process alive.
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  @Override
  public void start() {
    threads.forEach(Thread::start);
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    try {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MS);
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        thread.join(Math.max(1, left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        takeTurn(scheduler.take());
      }
    } catch (InterruptedException e) {
      // Told to stop; what was not reported is done again by whoever takes over.
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      onFailure.accept(e);
    }
  }

  private void takeTurn(ItemTask first) throws InterruptedException {
    long began = System.nanoTime();
    int tries = 0;
    for (ItemTask task = first; task != null; ) {
      ItemOutcome outcome = runner.run(task);
      tries++;
      if (outcome instanceof ItemOutcome.TryAgain again) {
        Optional<Duration> delay = delays.after(task.attempt());
        if (delay.isPresent()) {
          tryAgain(task, again.result(), delay.get());
          return;
        }
        report(task, again.result());
      } else if (outcome instanceof ItemOutcome.Done done) {
        report(task, done.result());
      }
      long taken = System.nanoTime() - began;
      ItemTask next = taken < TURN_NANOS ? ItemScheduler.another(task) : null;
      if (next == null) {
        scheduler.done(task, tries, taken);
      }
      task = next;
    }
  }

  private void tryAgain(ItemTask task, ItemResult failure, Duration delay) {
    if (scheduler.retry(task, delay.toNanos())) {
      telemetry.counter(Meters.ITEMS_RETRIED, failure.getFailure().getCode().name()).increment();
    } else {
      finished.accept(task.run(), Results.stopped(task.next(), task.run().stop));
    }
  }

  private void report(ItemTask task, ItemResult result) {
    durations.record((long) (result.getDurationMs() * 1e6), TimeUnit.NANOSECONDS);
    finished.accept(task.run(), result);
  }
}
