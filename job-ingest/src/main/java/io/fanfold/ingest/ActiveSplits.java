package io.fanfold.ingest;

import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Stop;
import io.fanfold.schemas.StopReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The jobs of one partition that are under way. At most so many batches of a job are in flight, and
 * so many of all jobs; as batches end more are handed out, in turns. So a huge job holds up nobody,
 * and stopping one is cheap: what was not handed out is never run.
 *
 * <p>A row says all there is to know of a job, and is written in the transaction of the batches it
 * speaks of. What is in memory beside it is made from the rows.
 */
final class ActiveSplits {

  private final KeyValueStore<String, byte[]> rows;
  private final WaitingBatches waiting;
  private final SplitJobs headers;
  private final HandOut handOut;
  private final SplitterOutput out;
  private final Feeds feeds;
  private final SplitterLimits limits;
  private final Consumer<ActiveSplit> ended;

  private final Map<Long, ActiveSplit> jobs = new HashMap<>();
  private final ProjectCounts counts = new ProjectCounts();
  private final Turns turns = new Turns();
  // Jobs whose feed has nothing yet.
  private final LinkedHashSet<Long> parked = new LinkedHashSet<>();
  private final LinkedHashSet<ActiveSplit> changed = new LinkedHashSet<>();
  // Of jobs that are not stopped: batches nobody runs are no load.
  private int inFlight;

  /**
   * @param ended is told of each attempt that has ended
   */
  ActiveSplits(
      KeyValueStore<String, byte[]> rows,
      WaitingBatches waiting,
      SplitJobs headers,
      HandOut handOut,
      SplitterOutput out,
      Feeds feeds,
      SplitterLimits limits,
      Consumer<ActiveSplit> ended) {
    this.rows = rows;
    this.waiting = waiting;
    this.headers = headers;
    this.handOut = handOut;
    this.out = out;
    this.feeds = feeds;
    this.limits = limits;
    this.ended = ended;
  }

  /** Takes up what the rows say. */
  void load() {
    try (KeyValueIterator<String, byte[]> all = rows.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> row = all.next();
        ActiveSplit split = ActiveSplit.decode(row.value);
        jobs.put(split.jobId, split);
        inFlight += load(split);
        counts.restore(split.project);
        takeUp(split);
      }
    }
  }

  /** Reading ahead for these jobs is somebody else's from here on. */
  void close() {
    jobs.values().forEach(feeds::stop);
  }

  boolean isActive(long jobId) {
    return jobs.containsKey(jobId);
  }

  /** Begins with a job that came with its items. */
  void begin(Job job, List<byte[]> batches) {
    ActiveSplit split = split(job, 1, ActiveSplit.Source.SUBMISSION, FeedPosition.RETRY_START);
    split.fresh.addAll(batches);
    enter(split);
  }

  /** Begins with a job whose items a manifest names. */
  void beginManifest(Job job) {
    enter(split(job, 1, ActiveSplit.Source.MANIFEST, FeedPosition.MANIFEST_START));
  }

  /** Begins to run the failed items of a job again. */
  void beginRetry(Job job, int attempt) {
    enter(split(job, attempt, ActiveSplit.Source.RETRY, FeedPosition.RETRY_START));
  }

  /** A batch has its last result: there is room for another. */
  void finished(BatchResult result) {
    ActiveSplit split = jobs.get(result.getJobId());
    if (split == null
        || split.attempt != result.getAttempt()
        || !split.inFlight.remove(result.getBatchIndex())) {
      return;
    }
    inFlight -= split.stop == null ? 1 : 0;
    changed.add(split);
    if (!split.complete && !parked.contains(split.jobId)) {
      turns.add(split.jobId, split.project, split.priority);
    }
  }

  /**
   * Stops a job. The items it came with go out at once, to get their results without being run;
   * failed items go on to be handed out, for the same; the rest of a manifest is left unread.
   *
   * @return false when it was stopped before
   */
  boolean stop(long jobId, StopReason reason) {
    ActiveSplit split = jobs.get(jobId);
    if (split.stop != null) {
      return false;
    }
    inFlight -= load(split);
    split.stop = new Stop(reason, Instant.ofEpochMilli(out.nowMs()));
    split.hasNews = true;
    changed.add(split);
    switch (split.source) {
      case SUBMISSION -> {
        while (!split.complete) {
          handOut.next(split);
        }
        leave(split);
      }
      case MANIFEST -> {
        split.cut = !split.complete;
        split.complete = true;
        leave(split);
      }
      case RETRY -> {}
    }
    return true;
  }

  /** Ends a job at once, whatever is in flight; nothing happens if it is not under way. */
  void delete(long jobId) {
    ActiveSplit split = jobs.remove(jobId);
    if (split == null) {
      return;
    }
    leave(split);
    changed.remove(split);
    inFlight -= load(split);
    counts.remove(split.project);
    waiting.delete(split);
    rows.delete(JobIds.key(jobId));
    split.cut = !split.complete;
    split.complete = true;
    split.stop = new Stop(StopReason.DELETED, Instant.ofEpochMilli(out.nowMs()));
    out.split(split.toRecord(split.stop.getAt()));
  }

  /** Looks again at jobs whose feed had nothing. */
  void wake() {
    for (long jobId : new ArrayList<>(parked)) {
      ActiveSplit split = jobs.get(jobId);
      if (feeds.isReady(split)) {
        parked.remove(jobId);
        if (split.inFlight.size() < limits.window()) {
          turns.add(jobId, split.project, split.priority);
        }
      }
    }
  }

  /** Hands out what there is room for, and writes down what has changed. */
  void fill() {
    while (inFlight < limits.maxInFlight()) {
      var next = turns.next();
      if (next.isEmpty()) {
        break;
      }
      ActiveSplit split = jobs.get(next.getAsLong());
      int before = load(split);
      if (2 * split.inFlight.size() <= limits.window()) {
        // Else its workers have enough to do until the next commit.
        out.await();
      }
      boolean waits = !handOut.next(split);
      inFlight += load(split) - before;
      changed.add(split);
      if (split.complete) {
        leave(split);
      } else if (waits) {
        turns.remove(split.jobId);
        parked.add(split.jobId);
      } else if (split.inFlight.size() >= limits.window()) {
        turns.remove(split.jobId);
      }
    }
    changed.forEach(this::write);
    changed.clear();
  }

  /** Tells how many jobs each project has under way, where that has changed. */
  void writeCounts() {
    counts.write(out);
  }

  private void write(ActiveSplit split) {
    if (split.hasNews && split.isAnnounced()) {
      out.split(split.toRecord(Instant.ofEpochMilli(out.nowMs())));
    }
    split.hasNews = false;
    String key = JobIds.key(split.jobId);
    if (split.isEnded()) {
      rows.delete(key);
      jobs.remove(split.jobId);
      counts.remove(split.project);
      ended.accept(split);
    } else {
      waiting.store(split);
      rows.put(key, split.encode());
    }
  }

  private static int load(ActiveSplit split) {
    return split.stop == null ? split.inFlight.size() : 0;
  }

  private static ActiveSplit split(
      Job job, int attempt, ActiveSplit.Source source, FeedPosition from) {
    return new ActiveSplit(
        job.getId(),
        job.getProject(),
        job.getPriority(),
        job.getBatchSize(),
        attempt,
        source,
        source == ActiveSplit.Source.SUBMISSION ? job.getTotalItems() : 0,
        from);
  }

  private void enter(ActiveSplit split) {
    jobs.put(split.jobId, split);
    counts.add(split.project);
    split.hasNews = true;
    changed.add(split);
    takeUp(split);
  }

  private void takeUp(ActiveSplit split) {
    if (split.complete) {
      return;
    }
    if (split.source != ActiveSplit.Source.SUBMISSION) {
      feeds.start(split, headers.header(split.jobId));
      parked.add(split.jobId);
    } else if (split.inFlight.size() < limits.window()) {
      turns.add(split.jobId, split.project, split.priority);
    }
  }

  private void leave(ActiveSplit split) {
    turns.remove(split.jobId);
    parked.remove(split.jobId);
    feeds.stop(split);
  }
}
