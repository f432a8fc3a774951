package io.fanfold.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose turn it is: jobs take turns, however many batches each has here, and so do the batches of a
 * job.
 */
final class BatchTurns {

  private final LinkedHashMap<Long, Deque<BatchRun>> jobs = new LinkedHashMap<>();

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  void add(BatchRun run) {
    jobs.computeIfAbsent(run.batch().getJobId(), none -> new ArrayDeque<>()).add(run);
  }

  /** The batch whose turn it is, which takes no more part; or null. */
  BatchRun poll() {
    var first = jobs.entrySet().iterator();
    if (!first.hasNext()) {
      return null;
    }
    Map.Entry<Long, Deque<BatchRun>> job = first.next();
    first.remove();
    BatchRun run = job.getValue().poll();
    if (!job.getValue().isEmpty()) {
      jobs.put(job.getKey(), job.getValue());
    }
    return run;
  }
}
