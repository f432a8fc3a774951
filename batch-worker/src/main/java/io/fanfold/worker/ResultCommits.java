package io.fanfold.worker;

import io.fanfold.kit.KafkaClients;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
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
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's transactions: results, their counts, dead letters, and the offsets of batches that
 * end with them, all or nothing.
 *
 * <p>One that was open while this process stood still for longer than the broker waits is lost:
 * nothing is committed from then on, until {@link #start} begins anew.
 */
final class ResultCommits implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ResultCommits.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Supplier<Producer<String, byte[]>> producers;
  private final AvroCodec codec;
  private final Chunks chunks;
  private final Clock clock;
  private final Telemetry telemetry;
  private final Timer durations;
  private final Counter batchesFinished;
  private final Map<String, Counter> itemsFinished = new HashMap<>();
  private Producer<String, byte[]> producer;
  private boolean lost;

  /**
   * @param producers makes transactional producers of one name; what it makes is closed here
   */
  ResultCommits(
      Supplier<Producer<String, byte[]>> producers,
      AvroCodec codec,
      Chunks chunks,
      Clock clock,
      Telemetry telemetry) {
    this.producers = producers;
    this.codec = codec;
    this.chunks = chunks;
    this.clock = clock;
    this.telemetry = telemetry;
    this.durations = telemetry.timer(Meters.WORKER_COMMITS);
    this.batchesFinished = telemetry.counter(Meters.BATCHES_FINISHED);
  }

  /** Ends what a former process of this name left open, and keeps it from writing any more. */
  void start() {
    close();
    producer = producers.get();
    telemetry.bind(producer);
    producer.initTransactions();
    lost = false;
  }

  /** Whether a transaction was lost. What came of it is known by the topics alone. */
  boolean isLost() {
    return lost;
  }

  /**
   * Commits whatever these batches have to say; others wait for a commit of their own, so that a
   * batch is not cut into more chunks because its neighbours are quick.
   *
   * @param group who owns the partitions, as the consumer knows it
   * @return the batches that are finished with it; none when the group was being shared out anew
   *     and the commit has to wait, or when the transaction is lost
   * @throws IllegalStateException when another process writes under this name
   */
  List<BatchRun> commit(
      Collection<BatchRun> runs,
      Map<Integer, PartitionWork> partitions,
      ConsumerGroupMetadata group) {
    if (lost) {
      return List.of();
    }
    var news = new ArrayList<BatchRun>();
    var touched = new TreeSet<Integer>();
    for (BatchRun run : runs) {
      if (run.hasNews()) {
        news.add(run);
        touched.add(run.partition());
      }
    }
    partitions.forEach(
        (number, work) -> {
          if (work.isDue()) {
            touched.add(number);
          }
        });
    if (touched.isEmpty()) {
      return List.of();
    }
    Instant begun = clock.instant();
    long started = System.nanoTime();
    var counts = new LinkedHashMap<BatchRun, BatchResult>();
    var sent = new ConcurrentLinkedQueue<RecordMetadata>();
    producer.beginTransaction();
    try {
      for (BatchRun run : news) {
        counts.put(run, send(run, sent));
      }
      // A partition's offset goes along even when it stands still: it is what keeps out a worker
      // whose partitions were given to another.
      Map<TopicPartition, OffsetAndMetadata> offsets = offsets(partitions, touched, whole(counts));
      producer.sendOffsetsToTransaction(offsets, group);
      producer.commitTransaction();
      sent.forEach(chunk -> partitions.get(chunk.partition()).chunkSent(chunk.offset()));
      List<BatchRun> finished = settle(counts);
      offsets.forEach(
          (partition, commit) -> partitions.get(partition.partition()).markCommitted(commit));
      durations.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
      return finished;
    } catch (CommitFailedException | RebalanceInProgressException e) {
      // What is still ours afterwards is committed then.
      log.info("commit put off: {}", e.getMessage());
      abort(begun);
      return List.of();
    } catch (KafkaException e) {
      lose(begun, e);
      return List.of();
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      // What is not committed by now is not to be.
      producer.close(lost ? Duration.ZERO : CLOSE_TIMEOUT);
      telemetry.unbind(producer);
    }
  }

  private BatchResult send(BatchRun run, Collection<RecordMetadata> sent) {
    Instant now = clock.instant();
    for (ProducerRecord<String, byte[]> chunk : chunks.of(run, now)) {
      // A failed send fails the commit.
      producer.send(
          chunk,
          (metadata, failure) -> {
            if (failure == null) {
              sent.add(metadata);
            }
          });
    }
    BatchResult result = run.counts(now);
    producer.send(
        new ProducerRecord<>(
            Topics.BATCH_RESULTS.name(),
            JobIds.key(run.batch().getJobId()),
            codec.encode(Topics.BATCH_RESULTS, result)));
    return result;
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(
      Map<Integer, PartitionWork> partitions, Set<Integer> touched, Set<BatchRun> whole) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (int number : touched) {
      PartitionWork work = partitions.get(number);
      OffsetAndMetadata commit = work.commit(whole);
      work.deadLetters(commit).forEach(producer::send);
      offsets.put(new TopicPartition(Topics.BATCHES.name(), number), commit);
    }
    return offsets;
  }

  private static Set<BatchRun> whole(Map<BatchRun, BatchResult> counts) {
    var whole = new HashSet<BatchRun>();
    counts.forEach(
        (run, result) -> {
          if (result.getIsFinal()) {
            whole.add(run);
          }
        });
    return whole;
  }

  private List<BatchRun> settle(Map<BatchRun, BatchResult> counts) {
    var finished = new ArrayList<BatchRun>();
    counts.forEach(
        (run, result) -> {
          count(run.pending());
          run.markCommitted(result);
          if (run.isFinished()) {
            finished.add(run);
          }
        });
    batchesFinished.increment(finished.size());
    return finished;
  }

  private void count(List<ItemResult> results) {
    int good = 0;
    for (ItemResult result : results) {
      if (result.getFailure() == null) {
        good++;
      } else {
        counter(result.getFailure().getCode().name()).increment();
      }
    }
    counter("NONE").increment(good);
  }

  private Counter counter(String code) {
    return itemsFinished.computeIfAbsent(code, c -> telemetry.counter(Meters.ITEMS_FINISHED, c));
  }

  private void abort(Instant begun) {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      lose(begun, e);
    }
  }

  /** Whatever happened, it is not known here any more what is committed. */
  private void lose(Instant begun, KafkaException e) {
    lost = true;
    Throwable cause = isFenced(e) ? e : e.getCause();
    if (!isFenced(cause)) {
      throw e;
    }
    Duration open = Duration.between(begun, clock.instant());
    if (open.compareTo(KafkaClients.TRANSACTION_TIMEOUT) < 0) {
      throw new IllegalStateException(
          "another process commits under this one's name: is its instance.id its own?", e);
    }
    log.warn("the broker gave up a transaction after {}: {}", open, cause.getMessage());
  }

  private static boolean isFenced(Throwable e) {
    return e instanceof ProducerFencedException
        || e instanceof InvalidProducerEpochException
        || e instanceof InvalidTxnStateException
        || e instanceof InvalidPidMappingException;
  }
}
