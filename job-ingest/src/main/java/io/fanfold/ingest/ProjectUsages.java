package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many jobs each project has under way, as the splitters tell. */
final class ProjectUsages implements LoopThread.Body {

  /**
   * Over all partitions of jobs.
   *
   * @param activeJobs jobs that have not ended
   * @param atMs when the newest of the counts was taken
   */
  record Usage(long activeJobs, long atMs) {}

  private static final Logger log = LoggerFactory.getLogger(ProjectUsages.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int MAX_PROJECTS = 10_000;
  private static final Usage NONE = new Usage(0, 0);

  private final Consumer<String, byte[]> consumer;
  private final AvroCodec codec;
  private final Map<String, Map<String, Long>> byKey = new HashMap<>();
  private final Map<String, Usage> projects = new ConcurrentHashMap<>();
  private volatile boolean ready;
  private volatile boolean stopped;

  ProjectUsages(Consumer<String, byte[]> consumer, AvroCodec codec) {
    this.consumer = consumer;
    this.codec = codec;
  }

  Usage of(String project) {
    return projects.getOrDefault(project, NONE);
  }

  /** Whether everything told before the start is known. */
  boolean isReady() {
    return ready;
  }

  Check check() {
    return Check.of(
        "project-usage",
        () -> ready ? Check.Result.ok("read") : Check.Result.failed("not read to its end yet"));
  }

  @Override
  public void run() {
    try (consumer) {
      var partition = new TopicPartition(Topics.PROJECT_USAGE.name(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (!stopped) {
        ready = ready || consumer.position(partition) >= end;
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      }
    } catch (WakeupException e) {
      if (!stopped) {
        throw e;
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
    consumer.wakeup();
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    int slash = record.key() == null ? -1 : record.key().lastIndexOf('/');
    if (slash < 0) {
      log.warn("a record without a project at offset {} of {}", record.offset(), record.topic());
      return;
    }
    long jobs = 0;
    if (record.value() != null) {
      try {
        ProjectUsage usage = codec.decode(Topics.PROJECT_USAGE, record.value());
        jobs = usage.getActiveJobs();
      } catch (SerializationException e) {
        log.warn("cannot read the usage at offset {}", record.offset(), e);
        return;
      }
    }
    String project = record.key().substring(0, slash);
    Map<String, Long> counts = byKey.computeIfAbsent(project, name -> new HashMap<>());
    if (jobs == 0) {
      counts.remove(record.key());
    } else {
      counts.put(record.key(), jobs);
    }
    if (counts.isEmpty()) {
      byKey.remove(project);
    }
    long sum = counts.values().stream().mapToLong(Long::longValue).sum();
    projects.put(project, new Usage(sum, record.timestamp()));
    if (projects.size() > MAX_PROJECTS) {
      // That a project has nothing is worth knowing only while a submission may be uncounted.
      long before = record.timestamp() - 60_000;
      projects.values().removeIf(usage -> usage.activeJobs() == 0 && usage.atMs() < before);
    }
  }
}
