package io.fanfold.aggregator.artifact;

import io.fanfold.kit.JobStates;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.store.ObjectStore;
import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.ArtifactState;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows job-states and writes the files of jobs that have ended to their output locations, all
 * jobs in turns. A partition's offset is committed up to its first job that is not done. Doing
 * something twice is harmless: the same bytes go to the same place.
 */
public final class ArtifactWriter implements LoopThread.Body {

  private static final String NAME = "artifact-writer";
  private static final String GROUP_ID = "fanfold-artifacts";
  private static final int MAX_POLL_RECORDS = 500;
  private static final Duration IDLE_POLL = Duration.ofMillis(250);

  // More jobs than that wait on the topic and not here.
  private static final int MAX_WORK = 1_000;

  private final Consumer<String, byte[]> consumer;
  private final ArtifactLog log;
  private final ObjectStore store;
  private final ArtifactContent content;
  private final AvroCodec codec;
  private final Clock clock;
  private final int partBytes;

  // By job, in the order of their turns.
  private final Map<Long, ArtifactWork> work = new LinkedHashMap<>();
  private final Map<Integer, Long> read = new HashMap<>();
  private final Map<Integer, Long> committed = new HashMap<>();
  private final Map<String, Artifact> unfinished = new HashMap<>();
  private volatile boolean stopped;

  ArtifactWriter(
      Consumer<String, byte[]> consumer,
      ArtifactLog log,
      ObjectStore store,
      ArtifactContent content,
      AvroCodec codec,
      Clock clock,
      int partBytes) {
    this.consumer = consumer;
    this.log = log;
    this.store = store;
    this.content = content;
    this.codec = codec;
    this.clock = clock;
    this.partBytes = partBytes;
  }

  /**
   * Connects to Kafka.
   *
   * @param producer used by this writer, closed by its owner
   */
  public static ArtifactWriter of(
      ServiceConfig config,
      AvroCodec codec,
      Producer<String, byte[]> producer,
      ObjectStore store,
      ArtifactContent content,
      Clock clock) {
    String clientId = NAME + "-" + config.instance();
    return new ArtifactWriter(
        KafkaClients.consumer(config, GROUP_ID, clientId, MAX_POLL_RECORDS),
        new ArtifactLog(producer, () -> KafkaClients.reader(config, clientId + "-reader"), codec),
        store,
        content,
        codec,
        clock,
        ArtifactTask.PART_BYTES);
  }

  @Override
  public void run() {
    try (consumer) {
      subscribe();
      while (!stopped) {
        round();
      }
      commit();
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  void subscribe() {
    consumer.subscribe(List.of(Topics.JOB_STATES.name()), new Partitions());
  }

  /** Takes what is new, does a piece of work, commits what is done. */
  void round() {
    Instant now = clock.instant();
    ArtifactWork next = next(now);
    if (work.size() < MAX_WORK) {
      consumer.resume(consumer.paused());
    } else {
      consumer.pause(consumer.assignment());
    }
    take(consumer.poll(next == null ? IDLE_POLL : Duration.ZERO));
    if (next != null && work.get(next.jobId) == next) {
      next.step(now);
      work.remove(next.jobId);
      if (!next.isDone()) {
        work.put(next.jobId, next);
      }
    }
    commit();
  }

  private ArtifactWork next(Instant now) {
    return work.values().stream().filter(w -> w.isDue(now)).findFirst().orElse(null);
  }

  private void take(ConsumerRecords<String, byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      var deleted = new LinkedHashMap<Long, Long>();
      for (ConsumerRecord<String, byte[]> record : records.records(partition)) {
        long id = JobIds.parse(record.key()).orElse(0);
        if (record.value() == null) {
          work.remove(id);
          unfinished.values().removeIf(artifact -> artifact.getJobId() == id);
          deleted.put(id, record.offset());
        } else {
          deleted.remove(id);
          take(record, codec.decode(Topics.JOB_STATES, record.value()));
        }
        read.put(partition.partition(), record.offset() + 1);
      }
      if (!deleted.isEmpty()) {
        remove(partition.partition(), deleted);
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> record, JobState job) {
    // An attempt that has begun writes again what the one before has written or is writing.
    work.remove(job.getId());
    if (job.getOutputUri() == null || !JobStates.isTerminal(job.getStatus())) {
      return;
    }
    List<ArtifactTask> tasks =
        ArtifactFile.of(job).stream()
            .map(
                file -> {
                  String key = ArtifactTask.key(job.getId(), job.getAttempt(), file.fileName());
                  Artifact progress = unfinished.remove(key);
                  return new ArtifactTask(job, file, content, store, clock, partBytes, progress);
                })
            .toList();
    work.put(
        job.getId(),
        ArtifactWork.writing(job.getId(), record.partition(), record.offset(), log, tasks));
  }

  /** Looks once for what was written for all jobs that were deleted together. */
  private void remove(int partition, Map<Long, Long> offsets) {
    var artifacts = new HashMap<Long, List<Artifact>>();
    for (Artifact artifact : log.read(partition).values()) {
      if (offsets.containsKey(artifact.getJobId())) {
        artifacts.computeIfAbsent(artifact.getJobId(), id -> new ArrayList<>()).add(artifact);
      }
    }
    artifacts.forEach(
        (id, found) ->
            work.put(id, ArtifactWork.removing(id, partition, offsets.get(id), log, store, found)));
  }

  private void commit() {
    var ends = new HashMap<>(read);
    work.values().forEach(w -> ends.merge(w.partition, w.offset, Math::min));
    ends.entrySet().removeIf(end -> end.getValue().equals(committed.get(end.getKey())));
    if (ends.isEmpty()) {
      return;
    }
    log.flush();
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    ends.forEach(
        (partition, end) -> offsets.put(topicPartition(partition), new OffsetAndMetadata(end)));
    consumer.commitAsync(offsets, null);
    committed.putAll(ends);
  }

  private static TopicPartition topicPartition(int partition) {
    return new TopicPartition(Topics.JOB_STATES.name(), partition);
  }

  private final class Partitions implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        log.read(partition.partition())
            .forEach(
                (key, artifact) -> {
                  if (artifact.getState() == ArtifactState.WRITING) {
                    unfinished.put(key, artifact);
                  }
                });
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      commit();
      drop(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      drop(partitions);
    }

    /** Whoever has them now goes on where the topic says; uploads are left to it. */
    private void drop(Collection<TopicPartition> partitions) {
      Set<Integer> gone = new HashSet<>();
      partitions.forEach(partition -> gone.add(partition.partition()));
      work.values().removeIf(w -> gone.contains(w.partition));
      read.keySet().removeAll(gone);
      committed.keySet().removeAll(gone);
    }
  }
}
