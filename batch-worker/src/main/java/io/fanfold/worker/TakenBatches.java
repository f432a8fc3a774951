package io.fanfold.worker;

import io.fanfold.schemas.StopReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The batches that were taken and are not finished, oldest first. Belongs to the loop's thread but
 * for the count of items.
 */
final class TakenBatches {

  /** How much may be taken and unfinished. */
  record Window(int maxBatches, long maxBytes) {}

  private final ItemScheduler scheduler;
  private final Stops stops;
  private final Window window;
  private final Set<BatchRun> runs = new LinkedHashSet<>();
  private long bytes;
  private volatile int openItems;

  TakenBatches(ItemScheduler scheduler, Stops stops, Window window) {
    this.scheduler = scheduler;
    this.stops = stops;
    this.window = window;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  boolean isFull() {
    return runs.size() >= window.maxBatches() || bytes >= window.maxBytes();
  }

  Collection<BatchRun> all() {
    return runs;
  }

  /** Items without a committed result, as of the last {@link #collect}; for any thread. */
  int openItems() {
    return openItems;
  }

  /**
   * Begins with a batch, or gives up on it at once if its job is stopped.
   *
   * @param nowNanos when it was taken
   */
  void add(BatchRun run, long nowNanos) {
    runs.add(run);
    bytes += run.bytes();
    StopReason reason = stops.reason(run.batch());
    if (reason == null) {
      scheduler.add(run);
    } else {
      giveUp(run, reason, nowNanos);
    }
  }

  /**
   * Gives up on what has not begun of jobs that were stopped meanwhile.
   *
   * @return batches of deleted jobs, which are taken no more
   */
  List<BatchRun> heedStops(long nowNanos) {
    var dropped = new ArrayList<BatchRun>();
    for (Long job = stops.nextStopped(); job != null; job = stops.nextStopped()) {
      for (BatchRun run : List.copyOf(runs)) {
        StopReason reason = run.batch().getJobId() == job ? stops.reason(run.batch()) : null;
        if (reason == StopReason.DELETED) {
          run.stop = reason;
          forget(run);
          dropped.add(run);
        } else if (reason != null) {
          giveUp(run, reason, nowNanos);
        }
      }
    }
    return dropped;
  }

  /** Takes over what item threads have done. */
  void collect(long nowNanos) {
    int open = 0;
    for (BatchRun run : runs) {
      run.collect(nowNanos);
      open += run.open();
    }
    openItems = open;
  }

  /** The batches that are reason enough to commit now. */
  List<BatchRun> due(ChunkRules rules, long nowNanos) {
    return runs.stream().filter(run -> rules.isDue(run, nowNanos)).toList();
  }

  void finished(BatchRun run) {
    if (runs.remove(run)) {
      bytes -= run.bytes();
    }
  }

  /** Lets go of a batch that is another worker's, or nobody's. */
  void forget(BatchRun run) {
    scheduler.remove(run);
    finished(run);
  }

  private void giveUp(BatchRun run, StopReason reason, long nowNanos) {
    if (run.stop == null) {
      // Before they are taken off: a try that ends in between is not put back.
      run.stop = reason;
      run.giveUp(scheduler.remove(run), nowNanos);
    }
  }
}
