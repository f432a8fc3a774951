package io.fanfold.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A consumer of one partition whose polls wait for what a test adds, as a real one's do. */
final class FakeReader extends MockConsumer<String, byte[]> {

  private final TopicPartition partition;
  private final Semaphore arrivals = new Semaphore(0);
  private long next;

  /**
   * @param end how many records there are when reading begins
   */
  FakeReader(String topic, long end) {
    super("earliest");
    partition = new TopicPartition(topic, 0);
    updatePartitions(topic, List.of(new PartitionInfo(topic, 0, null, null, null)));
    updateBeginningOffsets(Map.of(partition, 0L));
    updateEndOffsets(Map.of(partition, end));
  }

  /** The offset of the next record to arrive. */
  void continueAt(long offset) {
    next = offset;
  }

  synchronized void arrives(String key, byte[] value) {
    addRecord(
        new ConsumerRecord<>(
            partition.topic(),
            0,
            next++,
            0,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
    arrivals.release();
  }

  @Override
  public ConsumerRecords<String, byte[]> poll(Duration timeout) {
    try {
      if (arrivals.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        arrivals.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return super.poll(timeout);
  }

  @Override
  public void wakeup() {
    super.wakeup();
    arrivals.release();
  }
}
