package io.fanfold.worker;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which jobs are stopped, as the splits topic says. A batch may come from any job, so each worker
 * reads all of the topic; what stays in memory are the jobs that are stopped and under way.
 */
final class StoppedJobs implements Stops, LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(StoppedJobs.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private record Stopped(StopReason reason, int attempt) {}

  private final Consumer<String, byte[]> reader;
  private final AvroCodec codec;
  private final Map<Long, Stopped> stopped = new ConcurrentHashMap<>();
  private final Queue<Long> news = new ConcurrentLinkedQueue<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   */
  StoppedJobs(Consumer<String, byte[]> reader, AvroCodec codec) {
    this.reader = reader;
    this.codec = codec;
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
    return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Passes once it has caught up. */
  Check check() {
    return Check.of(
        "splits",
        () ->
            caughtUp.getCount() == 0
                ? Check.Result.ok(stopped.size() + " jobs are stopped")
                : Check.Result.failed("finding out which jobs are stopped"));
  }

  @Override
  public void run() {
    try (reader) {
      var partitions =
          reader.partitionsFor(Topics.SPLITS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (!closed) {
        if (caughtUp.getCount() > 0
            && ends.entrySet().stream()
                .allMatch(e -> reader.position(e.getKey()) >= e.getValue())) {
          caughtUp.countDown();
        }
        for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
          take(record);
        }
      }
    } catch (WakeupException e) {
      if (!closed) {
        throw e;
      }
    }
  }

  @Override
  public void stop() {
    closed = true;
    reader.wakeup();
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    OptionalLong job = JobIds.parse(record.key());
    if (job.isEmpty()) {
      log.warn("a record without a job id on {} at {}", record.topic(), record.offset());
    } else if (record.value() == null) {
      stopped.remove(job.getAsLong());
    } else {
      try {
        take(job.getAsLong(), codec.decode(Topics.SPLITS, record.value()));
      } catch (SerializationException e) {
        // The topic is compacted and read anew at each start: a dead letter each time helps nobody.
        log.warn("cannot read the split of job {} at {}", record.key(), record.offset(), e);
      }
    }
  }

  private void take(long job, Split split) {
    if (split.getStop() == null) {
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
