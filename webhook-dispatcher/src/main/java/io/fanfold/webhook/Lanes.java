package io.fanfold.webhook;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Runs tasks, at most so many of one receiver at a time: whoever holds on to connections for their
 * whole timeout holds up only itself. The rest of a receiver's tasks wait in its lane, so many and
 * no more.
 */
final class Lanes {

  /** When to ask again for a busy receiver; an outcome of one of its attempts says so earlier. */
  private static final long BUSY_MS = 100;

  private final Executor executor;
  private final int maxRunning;
  private final int maxInLane;
  private final int maxInAll;
  private final Map<String, Lane> lanes = new HashMap<>();
  private int inAll;

  private static final class Lane {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;
  }

  /**
   * @param executor with threads enough for several full lanes
   * @param maxRunning tasks of one lane at a time
   * @param maxInLane running and waiting
   * @param maxInAll running and waiting in all lanes
   */
  Lanes(Executor executor, int maxRunning, int maxInLane, int maxInAll) {
    this.executor = executor;
    this.maxRunning = maxRunning;
    this.maxInLane = maxInLane;
    this.maxInAll = maxInAll;
  }

  /**
   * @param gate asked when there is room: 0, or milliseconds for which this receiver is to be left
   *     alone
   */
  synchronized Sender.Answer offer(String receiver, LongSupplier gate, Runnable task) {
    if (inAll >= maxInAll) {
      return Sender.Answer.FULL;
    }
    Lane lane = lanes.getOrDefault(receiver, new Lane());
    if (lane.running + lane.waiting.size() >= maxInLane) {
      return new Sender.Answer.Later(BUSY_MS);
    }
    long wait = gate.getAsLong();
    if (wait > 0) {
      return new Sender.Answer.Later(wait);
    }
    lanes.put(receiver, lane);
    inAll++;
    lane.waiting.add(task);
    startNext(receiver, lane);
    return Sender.Answer.ACCEPTED;
  }

  private void startNext(String receiver, Lane lane) {
    if (lane.running >= maxRunning || lane.waiting.isEmpty()) {
      return;
    }
    Runnable task = lane.waiting.remove();
    lane.running++;
    executor.execute(
        () -> {
          try {
            task.run();
          } finally {
            ended(receiver, lane);
          }
        });
  }

  private synchronized void ended(String receiver, Lane lane) {
    inAll--;
    lane.running--;
    startNext(receiver, lane);
    if (lane.running == 0 && lane.waiting.isEmpty()) {
      lanes.remove(receiver);
    }
  }
}
