package io.fanfold.worker;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.StopReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A batch being worked on: which items are to do, which results wait to be committed, and the
 * counts of those that are. Item threads take from what is to do and add to what has arrived; the
 * turns belong to {@link ItemScheduler} and all else to the loop's thread.
 */
final class BatchRun {

  private final int partition;
  private final long offset;
  private final int bytes;
  private final Batch batch;
  private final List<Model> models;
  private final Instant startedAt;
  private final long chunksFrom;

  /** Items that may be tried now. */
  final Queue<ItemTask> ready = new ConcurrentLinkedQueue<>();

  /** Turns under way, and whether one is due; both under the scheduler's lock. */
  int running;

  boolean queued;

  /** When the first of its items began, by the scheduler's clock; null until then. */
  volatile Long begunNanos;

  /** Why no more of its items are begun; null while they are. Set once, by the loop. */
  volatile StopReason stop;

  private final Queue<ItemResult> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicInteger arrivals = new AtomicInteger();
  private final int toDo;

  private final List<ItemResult> pending = new ArrayList<>();
  private long pendingSinceNanos;
  private final Map<String, Integer> failed = new HashMap<>();
  private int succeeded;
  private int committed;
  private boolean reported;

  /**
   * @param partition the partition the batch came from; its results go to the same
   * @param offset of the batch there
   * @param bytes length of its record
   * @param chunksFrom no chunk of this batch lies before this offset of item-results
   */
  BatchRun(
      int partition,
      long offset,
      int bytes,
      Batch batch,
      List<Model> models,
      RecoveredResults.OfBatch recovered,
      Instant startedAt,
      long chunksFrom) {
    this.partition = partition;
    this.offset = offset;
    this.bytes = bytes;
    this.batch = batch;
    this.models = models;
    this.startedAt = startedAt;
    this.chunksFrom = chunksFrom;
    this.succeeded = recovered.succeeded();
    this.failed.putAll(recovered.failed());
    this.committed = recovered.indexes().size();
    this.toDo = batch.getItems().size() - committed;
    for (Item item : batch.getItems()) {
      if (!recovered.indexes().contains(item.getIndex())) {
        ready.add(new ItemTask(this, item, 1));
      }
    }
  }

  int partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  int bytes() {
    return bytes;
  }

  Batch batch() {
    return batch;
  }

  long chunksFrom() {
    return chunksFrom;
  }

  /**
   * Called by item threads.
   *
   * @param chunk how many results are worth a commit
   * @return whether there is reason to look now
   */
  boolean arrive(ItemResult result, int chunk) {
    arrived.add(result);
    int count = arrivals.incrementAndGet();
    return count == toDo || count % chunk == 0;
  }

  /** Takes over what has arrived. */
  void collect(long nowNanos) {
    for (ItemResult next = arrived.poll(); next != null; next = arrived.poll()) {
      add(next, nowNanos);
    }
  }

  /** Gives items their result without their being run. */
  void giveUp(List<ItemTask> tasks, long nowNanos) {
    for (ItemTask task : tasks) {
      add(Results.stopped(task, stop), nowNanos);
    }
  }

  void add(ItemResult result, long nowNanos) {
    if (pending.isEmpty()) {
      pendingSinceNanos = nowNanos;
    }
    pending.add(result);
  }

  List<ItemResult> pending() {
    return pending;
  }

  /** How many results were committed before those pending. */
  int committed() {
    return committed;
  }

  /** How many items have no committed result. */
  int open() {
    return batch.getItems().size() - committed();
  }

  boolean isWhole() {
    return committed() + pending.size() == batch.getItems().size();
  }

  /** Whether its last result is committed. */
  boolean isFinished() {
    return reported && committed() == batch.getItems().size();
  }

  /** Whether there is something to tell of it. */
  boolean hasNews() {
    return !pending.isEmpty() || !reported && (begunNanos != null || isWhole());
  }

  boolean isReported() {
    return reported;
  }

  long pendingSinceNanos() {
    return pendingSinceNanos;
  }

  /** The counts that will hold once the pending results are committed. */
  BatchResult counts(Instant now) {
    var counts = new HashMap<>(failed);
    int good = succeeded;
    for (ItemResult result : pending) {
      Failure failure = result.getFailure();
      if (failure == null) {
        good++;
      } else {
        counts.merge(failure.getCode().name(), 1, Integer::sum);
      }
    }
    return BatchResult.newBuilder()
        .setJobId(batch.getJobId())
        .setBatchIndex(batch.getIndex())
        .setAttempt(batch.getAttempt())
        .setItems(batch.getItems().size())
        .setSucceeded(good)
        .setFailed(counts)
        .setIsFinal(isWhole())
        .setModels(models)
        .setStartedAt(startedAt)
        .setUpdatedAt(now)
        .build();
  }

  /** The pending results and the counts that go with them are committed. */
  void markCommitted(BatchResult counts) {
    succeeded = counts.getSucceeded();
    failed.clear();
    failed.putAll(counts.getFailed());
    committed += pending.size();
    pending.clear();
    reported = true;
  }

  List<Model> models() {
    return models;
  }

  Instant startedAt() {
    return startedAt;
  }
}
