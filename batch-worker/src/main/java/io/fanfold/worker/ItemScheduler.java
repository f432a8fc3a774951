package io.fanfold.worker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Which item is tried next. Jobs take turns and so do the batches of each, so that a slow one does
 * not stop its neighbours, nor a huge job a small one; and one batch has at most so many items
 * under way. Items that wait to be tried again hold no thread.
 *
 * <p>A turn is one thread's: it goes on with items of the same batch for as long as they are quick,
 * without asking here. No item is promised to a thread before it begins, so none waits behind a
 * slow one while another thread is free.
 */
final class ItemScheduler {

  private record Delayed(ItemTask task, long dueNanos) {}

  // Items this quick wait for nothing but a core: more threads would only be in each other's way.
  private static final long QUICK_NANOS = 100_000;
  private static final long UNKNOWN = Long.MAX_VALUE / 16;

  private final int maxRunning;
  private final int fewThreads;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final BatchTurns turns = new BatchTurns();
  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>(Comparator.comparingLong(Delayed::dueNanos));
  private long itemNanos = UNKNOWN;
  private int active;
  private boolean nudged;

  /**
   * @param maxRunning most items of one batch under way at once
   * @param fewThreads how many threads are enough while items are quick
   * @param nanoTime the clock delays are measured by
   */
  ItemScheduler(int maxRunning, int fewThreads, LongSupplier nanoTime) {
    this.maxRunning = maxRunning;
    this.fewThreads = fewThreads;
    this.nanoTime = nanoTime;
  }

  void add(BatchRun run) {
    lock.lock();
    try {
      enqueue(run);
      wake();
    } finally {
      lock.unlock();
    }
  }

  /** The next item to try; waits for one. The caller must report it {@link #done}. */
  ItemTask take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (nudged || !isCrowded()) {
          nudged = false;
          ItemTask task = next();
          if (task != null) {
            wake();
            return task;
          }
        }
        Delayed first = delayed.peek();
        if (first == null || isCrowded()) {
          more.await();
        } else {
          more.awaitNanos(Math.max(1, first.dueNanos - nanoTime.getAsLong()));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next item, or null when none may start now. */
  ItemTask next() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      while (!delayed.isEmpty() && delayed.peek().dueNanos - now <= 0) {
        ItemTask due = delayed.poll().task;
        due.run().ready.add(due);
        enqueue(due.run());
      }
      for (BatchRun run = turns.poll(); run != null; run = turns.poll()) {
        run.queued = false;
        ItemTask task = run.ready.poll();
        if (task != null) {
          if (run.begunNanos == null) {
            run.begunNanos = now;
          }
          run.running++;
          active++;
          enqueue(run);
          return task;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Another item of the same batch for the same turn, or null when there is none. */
  static ItemTask another(ItemTask task) {
    return task.run().ready.poll();
  }

  /** The try is over, and with it the turn. */
  void done(ItemTask task) {
    lock.lock();
    try {
      release(task.run());
    } finally {
      lock.unlock();
    }
  }

  /**
   * The last try of a turn is over.
   *
   * @param tries in this turn
   * @param nanos it took
   */
  void done(ItemTask last, int tries, long nanos) {
    lock.lock();
    try {
      long each = nanos / tries;
      itemNanos = itemNanos == UNKNOWN ? each : itemNanos + (each - itemNanos) / 8;
      release(last.run());
    } finally {
      lock.unlock();
    }
  }

  /**
   * The try is over, and with it the turn, and the item is to be tried again after a while.
   *
   * @return false when the batch was stopped meanwhile, so that it is not to be tried again
   */
  boolean retry(ItemTask task, long delayNanos) {
    lock.lock();
    try {
      release(task.run());
      if (task.run().stop != null) {
        return false;
      }
      delayed.add(new Delayed(task.next(), nanoTime.getAsLong() + delayNanos));
      // Whoever waits may be waiting for a later one.
      more.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What was still to do of a batch, and is now not to be done. */
  List<ItemTask> remove(BatchRun run) {
    lock.lock();
    try {
      var left = new ArrayList<ItemTask>();
      for (ItemTask task = run.ready.poll(); task != null; task = run.ready.poll()) {
        left.add(task);
      }
      delayed.removeIf(waiting -> waiting.task.run() == run && left.add(waiting.task));
      return left;
    } finally {
      lock.unlock();
    }
  }

  /** Lets one more thread have a turn: those that have one may be busy with something slow. */
  void nudge() {
    lock.lock();
    try {
      if (!turns.isEmpty() || !delayed.isEmpty()) {
        nudged = true;
        more.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isCrowded() {
    return active >= fewThreads && itemNanos < QUICK_NANOS;
  }

  private void wake() {
    if (!turns.isEmpty() && !isCrowded()) {
      more.signal();
    }
  }

  private void release(BatchRun run) {
    run.running--;
    active--;
    enqueue(run);
    wake();
  }

  private void enqueue(BatchRun run) {
    if (!run.queued && run.running < maxRunning && !run.ready.isEmpty()) {
      run.queued = true;
      turns.add(run);
    }
  }
}
