package io.fanfold.worker;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Which item is tried next. Batches take turns, so that a slow one does not stop its neighbours,
 * and one batch has at most so many items under way. Items that wait to be tried again hold no
 * thread.
 */
final class ItemScheduler {

  private record Delayed(ItemTask task, long dueNanos) {}

  private final int maxRunning;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Deque<BatchRun> turns = new ArrayDeque<>();
  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>(Comparator.comparingLong(Delayed::dueNanos));

  /**
   * @param maxRunning most items of one batch under way at once
   * @param nanoTime the clock delays are measured by
   */
  ItemScheduler(int maxRunning, LongSupplier nanoTime) {
    this.maxRunning = maxRunning;
    this.nanoTime = nanoTime;
  }

  void add(BatchRun run) {
    lock.lock();
    try {
      if (!run.ready.isEmpty()) {
        turns.add(run);
        more.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The next item to try; waits for one. The caller must report it {@link #done}. */
  ItemTask take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        ItemTask task = next();
        if (task != null) {
          return task;
        }
        Delayed first = delayed.peek();
        if (first == null) {
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
        offer(due.run(), due);
      }
      BatchRun run = turns.poll();
      if (run == null) {
        return null;
      }
      ItemTask task = run.ready.poll();
      run.running++;
      if (!run.ready.isEmpty() && run.running < maxRunning) {
        turns.add(run);
      }
      return task;
    } finally {
      lock.unlock();
    }
  }

  /** The try is over. */
  void done(ItemTask task) {
    lock.lock();
    try {
      release(task.run());
    } finally {
      lock.unlock();
    }
  }

  /** The try is over, and the item is to be tried again after a while. */
  void retry(ItemTask task, long delayNanos) {
    lock.lock();
    try {
      release(task.run());
      delayed.add(new Delayed(task.next(), nanoTime.getAsLong() + delayNanos));
      more.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what was still to do of a batch. */
  void remove(BatchRun run) {
    lock.lock();
    try {
      turns.remove(run);
      run.ready.clear();
      delayed.removeIf(waiting -> waiting.task.run() == run);
    } finally {
      lock.unlock();
    }
  }

  private void release(BatchRun run) {
    boolean waited = run.running == maxRunning && !run.ready.isEmpty();
    run.running--;
    if (waited) {
      turns.add(run);
      more.signal();
    }
  }

  private void offer(BatchRun run, ItemTask task) {
    boolean hadTurn = !run.ready.isEmpty() || run.running >= maxRunning;
    run.ready.add(task);
    if (!hadTurn) {
      turns.add(run);
    }
  }
}
