package io.fanfold.aggregator.artifact;

import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The topic artifacts: what was written for which job, and how far. Records are in the partition
 * with the number of the job's own partition of job-states, so that whoever has the job finds them.
 */
final class ArtifactLog {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Producer<String, byte[]> producer;
  private final Supplier<Consumer<String, byte[]>> readers;
  private final AvroCodec codec;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * @param readers makes consumers without a group
   */
  ArtifactLog(
      Producer<String, byte[]> producer,
      Supplier<Consumer<String, byte[]>> readers,
      AvroCodec codec) {
    this.producer = producer;
    this.readers = readers;
    this.codec = codec;
  }

  void put(int partition, String key, Artifact artifact) {
    send(partition, key, codec.encode(Topics.ARTIFACTS, artifact));
  }

  void remove(int partition, String key) {
    send(partition, key, null);
  }

  /**
   * Returns when everything that was put is there.
   *
   * @throws IllegalStateException when some of it could not be
   */
  void flush() {
    producer.flush();
    if (failure.get() != null) {
      throw new IllegalStateException("cannot note what was written", failure.get());
    }
  }

  /** The newest record of each file of a partition, by key. */
  Map<String, Artifact> read(int partition) {
    flush();
    var found = new LinkedHashMap<String, Artifact>();
    var topicPartition = new TopicPartition(Topics.ARTIFACTS.name(), partition);
    try (Consumer<String, byte[]> reader = readers.get()) {
      reader.assign(List.of(topicPartition));
      reader.seekToBeginning(List.of(topicPartition));
      long end = reader.endOffsets(List.of(topicPartition)).get(topicPartition);
      while (reader.position(topicPartition) < end) {
        for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
          if (record.value() == null) {
            found.remove(record.key());
          } else {
            found.put(record.key(), codec.decode(Topics.ARTIFACTS, record.value()));
          }
        }
      }
    }
    return found;
  }

  private void send(int partition, String key, byte[] value) {
    producer.send(
        new ProducerRecord<>(Topics.ARTIFACTS.name(), partition, key, value),
        (metadata, e) -> {
          if (e != null) {
            failure.compareAndSet(null, e);
          }
        });
  }
}
