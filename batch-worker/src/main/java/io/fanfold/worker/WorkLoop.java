package io.fanfold.worker;

import io.fanfold.kit.CommitPace;
import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The worker's one Kafka thread: takes batches, hands their items to the scheduler, collects
 * results and commits them with the offsets of finished batches in one transaction.
 */
final class WorkLoop implements LoopThread.Body, ConsumerRebalanceListener {

  private static final Duration IDLE_POLL = Duration.ofMillis(250);
  private static final long BUSY_WAIT_MS = 2;
  private static final Duration STOPS_WAIT = Duration.ofMillis(100);

  private final Consumer<String, byte[]> consumer;
  private final ResultCommits commits;
  private final ItemScheduler scheduler;
  private final CommitPace pace = new CommitPace(KafkaClients.COMMIT_PACE);
  private final ChunkRules rules;
  private final StoppedJobs stops;
  private final OwnedPartitions partitions;
  private final TakenBatches taken;
  private final BatchIntake intake;

  // Told of what is worth a commit, not of each result: those are looked for now and then.
  private final Semaphore wakeUps = new Semaphore(0);
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
      TakenBatches.Window window,
      StoppedJobs stops,
      Function<String, Optional<FeatureOffer>> offers,
      Clock clock,
      Telemetry telemetry) {
    this.consumer = consumer;
    this.commits = commits;
    this.scheduler = scheduler;
    this.rules = rules;
    this.stops = stops;
    this.partitions = new OwnedPartitions(consumer, recovery);
    this.taken = new TakenBatches(scheduler, stops, window);
    this.intake = new BatchIntake(codec, partitions, taken, stops, offers, clock, telemetry);
    telemetry.gauge(Meters.ITEMS_IN_FLIGHT, taken, TakenBatches::openItems);
  }

  /** Called by item threads. */
  void finished(BatchRun run, ItemResult result) {
    if (run.arrive(result, rules.maxItems())) {
      wakeUps.release();
    }
  }

  /** Whether the group has given this worker its share, be it nothing. */
  boolean hasJoined() {
    return joined;
  }

  @Override
  public void run() throws InterruptedException {
    // Closed last to first: what is revoked at the end is still committed.
    try (commits;
        consumer) {
      awaitStops();
      begin();
      while (poll()) {
        collect();
        commitIfDue();
        if (commits.isLost()) {
          beginAnew();
        }
      }
      collect();
      commit(taken.all());
    }
  }

  @Override
  public void stop() {
    stopped = true;
    consumer.wakeup();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    partitions.takeOver(assigned);
    if (paused) {
      consumer.pause(assigned);
    }
    joined = true;
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    taken.collect(System.nanoTime());
    commit(taken.all());
    partitions.release(revoked).forEach(taken::forget);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    partitions.release(lost).forEach(taken::forget);
  }

  private void begin() {
    commits.start();
    consumer.subscribe(List.of(Topics.BATCHES.name()), this);
  }

  /** As a new process would: the topics know what was committed, this one does not. */
  private void beginAnew() {
    consumer.unsubscribe();
    paused = false;
    begin();
  }

  /** Nothing is begun before it is known what was stopped long ago. */
  private void awaitStops() throws InterruptedException {
    boolean known = false;
    while (!stopped && !known) {
      known = stops.awaitCaughtUp(STOPS_WAIT);
    }
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
        intake.take(record);
      }
      partitions.settlePositions();
      pauseOrResume();
    } catch (WakeupException e) {
      if (stopped) {
        return false;
      }
      throw e;
    }
    return true;
  }

  private void pauseOrResume() {
    boolean full = taken.isFull();
    if (full != paused) {
      paused = full;
      if (full) {
        consumer.pause(consumer.assignment());
      } else {
        consumer.resume(consumer.assignment());
      }
    }
  }

  private void collect() {
    if (!taken.isEmpty()) {
      awaitResults();
    }
    long now = System.nanoTime();
    taken.heedStops(now).forEach(intake::drop);
    taken.collect(now);
  }

  private void awaitResults() {
    scheduler.nudge();
    try {
      if (wakeUps.tryAcquire(BUSY_WAIT_MS, TimeUnit.MILLISECONDS)) {
        wakeUps.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }

  private void commitIfDue() {
    List<BatchRun> due = taken.due(rules, System.nanoTime());
    if ((!due.isEmpty() || partitions.isAnyDue()) && pace.take(System.nanoTime())) {
      pace.waits((int) due.stream().map(run -> run.batch().getJobId()).distinct().count());
      commit(due);
    }
  }

  private void commit(Collection<BatchRun> runs) {
    commits.commit(runs, partitions.all(), consumer.groupMetadata()).forEach(taken::finished);
  }
}
