package io.fanfold.aggregator.artifact;

import io.fanfold.kit.store.ObjectStore;
import io.fanfold.kit.store.ObjectUpload;
import io.fanfold.kit.store.StoreException;
import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.ArtifactState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What is to be done for one job's files: write them, or remove them. */
final class ArtifactWork {

  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);

  // About an hour of a store that is away.
  private static final int MAX_STORE_FAILURES = 18;

  final long jobId;
  final int partition;
  final long offset;
  private final ArtifactLog log;
  private final ObjectStore store;
  private final Deque<ArtifactTask> toWrite;
  private final Deque<Artifact> toRemove;
  private Instant due = Instant.MIN;
  private int failures;
  private int storeFailures;

  private ArtifactWork(
      long jobId,
      int partition,
      long offset,
      ArtifactLog log,
      ObjectStore store,
      List<ArtifactTask> toWrite,
      List<Artifact> toRemove) {
    this.jobId = jobId;
    this.partition = partition;
    this.offset = offset;
    this.log = log;
    this.store = store;
    this.toWrite = new ArrayDeque<>(toWrite);
    this.toRemove = new ArrayDeque<>(toRemove);
  }

  /**
   * @param partition of the job's record
   * @param offset of the record that asks for it
   */
  static ArtifactWork writing(
      long jobId, int partition, long offset, ArtifactLog log, List<ArtifactTask> tasks) {
    return new ArtifactWork(jobId, partition, offset, log, null, tasks, List.of());
  }

  static ArtifactWork removing(
      long jobId,
      int partition,
      long offset,
      ArtifactLog log,
      ObjectStore store,
      List<Artifact> artifacts) {
    return new ArtifactWork(jobId, partition, offset, log, store, List.of(), artifacts);
  }

  boolean isDone() {
    return toWrite.isEmpty() && toRemove.isEmpty();
  }

  boolean isDue(Instant now) {
    return !now.isBefore(due);
  }

  /** Does a bounded piece of it; what fails in passing is due again later. */
  void step(Instant now) {
    try {
      if (toWrite.isEmpty()) {
        remove(toRemove.peek());
        toRemove.poll();
      } else {
        write(toWrite.peek());
      }
      failures = 0;
      storeFailures = 0;
    } catch (StoreException e) {
      storeFailures++;
      if (e.passing() && storeFailures < MAX_STORE_FAILURES) {
        later(now);
      } else {
        giveUp(e);
      }
    } catch (IOException e) {
      // The results are not here, or not yet; that passes.
      later(now);
    }
  }

  private void write(ArtifactTask task) throws IOException {
    Artifact progress = task.step();
    log.put(partition, task.key(), progress);
    if (progress.getState() == ArtifactState.COMPLETE) {
      toWrite.poll();
    }
  }

  private void remove(Artifact artifact) throws StoreException {
    if (artifact.getState() == ArtifactState.WRITING && artifact.getUploadId() != null) {
      var state =
          new ObjectUpload.State(artifact.getUploadId(), artifact.getParts(), artifact.getBytes());
      try {
        store.resume(artifact.getUri(), state).abort();
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.NOT_FOUND) {
          throw e;
        }
      }
    }
    // Also one that is being written: an earlier attempt may have completed it.
    store.delete(artifact.getUri());
    forget(artifact);
  }

  private void giveUp(StoreException e) {
    failures = 0;
    storeFailures = 0;
    if (toWrite.isEmpty()) {
      forget(toRemove.poll());
    } else {
      ArtifactTask task = toWrite.poll();
      log.put(partition, task.key(), task.failed(e));
    }
  }

  private void forget(Artifact artifact) {
    log.remove(
        partition,
        ArtifactTask.key(artifact.getJobId(), artifact.getAttempt(), artifact.getName()));
  }

  private void later(Instant now) {
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(failures++, 10));
    due = now.plus(delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
  }
}
