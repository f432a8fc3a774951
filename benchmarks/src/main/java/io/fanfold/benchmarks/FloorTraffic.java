package io.fanfold.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** One round of the floor's traffic: a submitter, a worker and a reader, one thread each. */
final class FloorTraffic implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(10);

  private static final String GREETING = "greeting";

  private final String in;
  private final String out;
  private final String group;
  private final KafkaProducer<String, byte[]> submitter;
  private final KafkaConsumer<String, byte[]> workerIn;
  private final KafkaProducer<String, byte[]> workerOut;
  private final KafkaConsumer<String, byte[]> reader;
  private final PlainClients.Acknowledgements taken = new PlainClients.Acknowledgements();
  private volatile KafkaException failure;

  FloorTraffic(String kafka, String in, String out) {
    this.in = in;
    this.out = out;
    this.group = in + "-worker";
    submitter = PlainClients.producer(kafka);
    workerIn = PlainClients.consumer(kafka, group);
    workerOut = PlainClients.transactional(kafka, group);
    reader = PlainClients.consumer(kafka, null);
  }

  /**
   * Returns the seconds from the first batch sent to the last chunk read.
   *
   * @param chunks sent in turn, one for each batch
   */
  double run(List<byte[]> batches, List<byte[]> chunks, Duration atMost)
      throws ScenarioException, InterruptedException {
    prepare();
    var done = new AtomicBoolean();
    var worker = new Thread(() -> work(chunks, done), "floor-worker");
    var sender = new Thread(() -> submit(batches), "floor-submitter");
    long start = System.nanoTime();
    worker.start();
    sender.start();
    try {
      int seen = 0;
      while (seen < batches.size()) {
        seen += reader.poll(POLL).count();
        taken.check();
        if (!worker.isAlive()) {
          throw new ScenarioException("the floor's worker ended: " + failure, failure);
        }
        if (System.nanoTime() - start > atMost.toNanos()) {
          throw new ScenarioException(
              "the floor: %d of %d chunks in %s".formatted(seen, batches.size(), atMost));
        }
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      done.set(true);
      sender.join();
      worker.join();
    }
  }

  /** Connections, the assignment and the producer's id are no part of what is measured. */
  private void prepare() throws ScenarioException, InterruptedException {
    workerOut.initTransactions();
    greet();
    workerIn.subscribe(List.of(in));
    while (workerIn.assignment().isEmpty()) {
      workerIn.poll(POLL);
    }
    reader.assign(
        IntStream.range(0, reader.partitionsFor(out).size())
            .mapToObj(partition -> new TopicPartition(out, partition))
            .toList());
    reader.poll(POLL);
  }

  /**
   * One record to each partition, waited for. A partition that was just made may refuse the first
   * batch and take the second, and never the first again.
   */
  private void greet() throws ScenarioException, InterruptedException {
    for (var partition : submitter.partitionsFor(in)) {
      try {
        submitter
            .send(new ProducerRecord<>(in, partition.partition(), GREETING, new byte[0]))
            .get();
      } catch (ExecutionException e) {
        throw new ScenarioException("Kafka did not take a record: " + e.getCause(), e);
      }
    }
  }

  private void submit(List<byte[]> batches) {
    for (int i = 0; i < batches.size(); i++) {
      submitter.send(new ProducerRecord<>(in, Integer.toString(i), batches.get(i)), taken);
    }
    submitter.flush();
  }

  private void work(List<byte[]> chunks, AtomicBoolean done) {
    try {
      workUntil(chunks, done);
    } catch (KafkaException e) {
      failure = e;
    }
  }

  private void workUntil(List<byte[]> chunks, AtomicBoolean done) {
    int sent = 0;
    while (!done.get()) {
      var records = workerIn.poll(POLL);
      if (records.isEmpty()) {
        continue;
      }
      workerOut.beginTransaction();
      var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
      for (ConsumerRecord<String, byte[]> record : records) {
        workerOut.send(new ProducerRecord<>(out, record.key(), chunks.get(sent++ % chunks.size())));
        offsets.put(
            new TopicPartition(in, record.partition()), new OffsetAndMetadata(record.offset() + 1));
      }
      workerOut.sendOffsetsToTransaction(offsets, workerIn.groupMetadata());
      workerOut.commitTransaction();
    }
  }

  @Override
  public void close() {
    submitter.close();
    workerIn.close();
    workerOut.close();
    reader.close();
  }
}
