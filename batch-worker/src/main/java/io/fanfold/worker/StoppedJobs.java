package io.fanfold.worker;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which jobs are stopped, as the splits topic says. A batch may come from any job, so each worker
 * reads all of the topic; what stays in memory are the jobs that are stopped and under way.
 */
final class StoppedJobs implements Stops, LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(StoppedJobs.class);

  private record Stopped(StopReason reason, int attempt) {}

  private final TopicFollower<Split> follower;
  private final Map<Long, Stopped> stopped = new ConcurrentHashMap<>();
  private final Queue<Long> news = new ConcurrentLinkedQueue<>();

  /**
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   */
  StoppedJobs(Consumer<String, byte[]> reader, AvroCodec codec) {
    this.follower = TopicFollower.fromStart(Topics.SPLITS, reader, codec, this::take);
  }

  @Override
  public StopReason reason(Batch batch) {
    if (batch.getStop() == StopReason.DELETED) {
      return StopReason.DELETED;
    }
    Stopped job = stopped.get(batch.getJobId());
    if (job != null && job.reason == StopReason.DELETED) {
      return StopReason.DELETED;
    }
    if (batch.getStop() != null) {
      return batch.getStop();
    }
    // A stop ends its attempt; it says nothing of the next.
    return job != null && batch.getAttempt() <= job.attempt ? job.reason : null;
  }

  @Override
  public Long nextStopped() {
    return news.poll();
  }

  /** Whether every stop is known that was committed when reading began; waits for it so long. */
  boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    return follower.awaitReady(timeout);
  }

  /** Passes once it has caught up. */
  Check check() {
    return Check.of(
        "splits",
        () ->
            follower.isReady()
                ? Check.Result.ok(stopped.size() + " jobs are stopped")
                : Check.Result.failed("finding out which jobs are stopped"));
  }

  @Override
  public void run() {
    follower.run();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  private void take(String key, Split split, long timestampMs) {
    OptionalLong job = JobIds.parse(key);
    if (job.isEmpty()) {
      log.warn("a split without a job id, of {}", key);
    } else {
      take(job.getAsLong(), split);
    }
  }

  private void take(long job, Split split) {
    if (split == null || split.getStop() == null) {
      stopped.remove(job);
      return;
    }
    var now = new Stopped(split.getStop().getReason(), split.getAttempt());
    // Known before it is told, so that a batch taken meanwhile is stopped one way or the other.
    if (!now.equals(stopped.put(job, now))) {
      news.add(job);
    }
  }
}
