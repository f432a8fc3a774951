package io.fanfold.worker;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's one Kafka thread: takes batches, hands their items to the scheduler, collects
 * results and commits them with the offsets of finished batches in one transaction.
 */
final class WorkLoop implements LoopThread.Body, ConsumerRebalanceListener {

  /** A result on its way from an item thread. */
  private record Finished(BatchRun run, ItemResult result) {}

  /** How much may be taken and unfinished. */
  record Window(int maxBatches, long maxBytes) {}

  private static final Logger log = LoggerFactory.getLogger(WorkLoop.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(250);
  private static final long BUSY_WAIT_MS = 2;

  private final Consumer<String, byte[]> consumer;
  private final ResultCommits commits;
  private final ResultRecovery recovery;
  private final AvroCodec codec;
  private final ItemScheduler scheduler;
  private final ChunkRules rules;
  private final Window window;
  private final Function<String, Optional<FeatureOffer>> offers;
  private final Clock clock;
  private final Telemetry telemetry;
  private final Counter batchesTaken;
  private final Counter itemsRecovered;

  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
  private final Map<Integer, PartitionWork> partitions = new TreeMap<>();
  private final Map<BatchRun, Long> taken = new LinkedHashMap<>();
  private long bytesTaken;
  private volatile int itemsInFlight;
  private boolean paused;
  private volatile boolean stopped;
  private volatile boolean joined;

  WorkLoop(
      Consumer<String, byte[]> consumer,
      ResultCommits commits,
      ResultRecovery recovery,
      AvroCodec codec,
      ItemScheduler scheduler,
      ChunkRules rules,
      Window window,
      Function<String, Optional<FeatureOffer>> offers,
      Clock clock,
      Telemetry telemetry) {
    this.consumer = consumer;
    this.commits = commits;
    this.recovery = recovery;
    this.codec = codec;
    this.scheduler = scheduler;
    this.rules = rules;
    this.window = window;
    this.offers = offers;
    this.clock = clock;
    this.telemetry = telemetry;
    this.batchesTaken = telemetry.counter(Meters.BATCHES_TAKEN);
    this.itemsRecovered = telemetry.counter(Meters.ITEMS_RECOVERED);
    telemetry.gauge(Meters.ITEMS_IN_FLIGHT, this, loop -> loop.itemsInFlight);
  }

  /** Called by item threads. */
  void finished(BatchRun run, ItemResult result) {
    finished.add(new Finished(run, result));
  }

  /** Whether the group has given this worker its share, be it nothing. */
  boolean hasJoined() {
    return joined;
  }

  @Override
  public void run() throws InterruptedException {
    try (consumer;
        commits) {
      commits.start();
      consumer.subscribe(List.of(Topics.BATCHES.name()), this);
      while (poll()) {
        collect();
        commitIfDue();
      }
      collect();
      commit();
    }
  }

  @Override
  public void stop() {
    stopped = true;
    consumer.wakeup();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    for (TopicPartition partition : assigned) {
      // Waits for the former owner's commit, if one is under way.
      OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
      OffsetAndMetadata from = committed == null ? new OffsetAndMetadata(0) : committed;
      long batchesEnd = consumer.endOffsets(List.of(partition)).get(partition);
      var recovered = recovery.recover(partition.partition(), PartitionWork.chunksFrom(from));
      partitions.put(
          partition.partition(),
          new PartitionWork(recovered.results(), from, batchesEnd, recovered.end()));
    }
    if (paused) {
      consumer.pause(assigned);
    }
    joined = true;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    collect();
    commit();
    forget(revoked);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    forget(lost);
  }

  /** False when told to stop. */
  private boolean poll() {
    if (stopped) {
      return false;
    }
    // With work under way the wait is for results, in collect().
    Duration timeout = taken.isEmpty() ? IDLE_POLL : Duration.ZERO;
    try {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(timeout)) {
        take(record);
      }
      settlePositions();
    } catch (WakeupException e) {
      if (stopped) {
        return false;
      }
      throw e;
    }
    return true;
  }

  private void settlePositions() {
    partitions.forEach(
        (number, work) ->
            work.moveTo(consumer.position(new TopicPartition(Topics.BATCHES.name(), number))));
    itemsInFlight = taken.keySet().stream().mapToInt(BatchRun::open).sum();
    boolean full = taken.size() >= window.maxBatches() || bytesTaken >= window.maxBytes();
    if (full != paused) {
      paused = full;
      if (full) {
        consumer.pause(consumer.assignment());
      } else {
        consumer.resume(consumer.assignment());
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    Batch batch;
    try {
      batch = codec.decode(Topics.BATCHES, record.value());
      if (!JobIds.batchKey(batch.getJobId(), batch.getIndex()).equals(record.key())) {
        throw new SerializationException("the key is not the batch's: " + record.key());
      }
    } catch (SerializationException e) {
      bury(record, e);
      return;
    }
    PartitionWork work = partitions.get(record.partition());
    var recovered = work.recovered(batch);
    itemsRecovered.increment(recovered.indexes().size());
    var run =
        new BatchRun(
            record.partition(),
            record.offset(),
            record.value().length,
            batch,
            models(batch),
            recovered,
            clock.instant(),
            work.chunksFrom(recovered));
    work.take(run);
    taken.put(run, System.nanoTime());
    bytesTaken += run.bytes();
    batchesTaken.increment();
    scheduler.add(run);
  }

  private void bury(ConsumerRecord<String, byte[]> record, SerializationException e) {
    log.warn(
        "dead letter from {}-{} at {}", record.topic(), record.partition(), record.offset(), e);
    partitions
        .get(record.partition())
        .bury(
            record.offset(),
            DeadLetters.record(
                BatchWorker.NAME,
                record.topic(),
                record.partition(),
                record.offset(),
                record.key(),
                record.value(),
                record.headers(),
                String.valueOf(e.getMessage())));
    telemetry.counter(Meters.DEAD_LETTERS, BatchWorker.NAME, record.topic()).increment();
  }

  private void collect() {
    Finished next = taken.isEmpty() ? finished.poll() : waitForResult();
    long now = System.nanoTime();
    while (next != null) {
      if (taken.containsKey(next.run)) {
        next.run.add(next.result, now);
      }
      next = finished.poll();
    }
  }

  private Finished waitForResult() {
    try {
      return finished.poll(BUSY_WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
      return null;
    }
  }

  private void commitIfDue() {
    long now = System.nanoTime();
    boolean due =
        taken.entrySet().stream()
            .anyMatch(entry -> rules.isDue(entry.getKey(), now, entry.getValue()));
    if (due || partitions.values().stream().anyMatch(PartitionWork::hasDeadLettersDue)) {
      commit();
    }
  }

  private void commit() {
    for (BatchRun run : commits.commit(taken.keySet(), partitions, consumer.groupMetadata())) {
      taken.remove(run);
      bytesTaken -= run.bytes();
    }
  }

  private void forget(Collection<TopicPartition> gone) {
    for (TopicPartition partition : gone) {
      PartitionWork work = partitions.remove(partition.partition());
      if (work != null) {
        for (BatchRun run : work.runs()) {
          scheduler.remove(run);
          taken.remove(run);
          bytesTaken -= run.bytes();
        }
      }
    }
  }

  private List<Model> models(Batch batch) {
    var models = new ArrayList<Model>();
    batch
        .getFeatures()
        .forEach(
            feature ->
                offers
                    .apply(feature.getName())
                    .ifPresent(
                        offer ->
                            models.add(
                                new Model(
                                    offer.getName(), offer.getModel(), offer.getModelVersion()))));
    return models;
  }
}
