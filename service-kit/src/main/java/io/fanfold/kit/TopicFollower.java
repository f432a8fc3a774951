package io.fanfold.kit;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every partition of a topic in every instance, without a group, and tells each record to
 * whoever keeps what it says in memory. It is ready once all that was committed when it began is
 * told. What cannot be read is logged and passed over: the topic is read anew at each start, and a
 * dead letter each time would help nobody.
 */
public final class TopicFollower<V extends SpecificRecord> implements LoopThread.Body {

  /** Is told the records of a partition in their order, all on the follower's thread. */
  public interface Listener<V> {

    /**
     * @param key never null
     * @param value null for a tombstone
     * @param timestampMs the record's own
     */
    void record(String key, V value, long timestampMs);
  }

  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Topic<V> topic;
  private final Consumer<String, byte[]> reader;
  private final AvroCodec codec;
  private final boolean fromStart;
  private final Listener<V> listener;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile boolean stopped;

  private TopicFollower(
      Topic<V> topic,
      Consumer<String, byte[]> reader,
      AvroCodec codec,
      boolean fromStart,
      Listener<V> listener) {
    this.topic = topic;
    this.reader = reader;
    this.codec = codec;
    this.fromStart = fromStart;
    this.listener = listener;
  }

  /**
   * Tells everything there is, and then what comes.
   *
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   */
  public static <V extends SpecificRecord> TopicFollower<V> fromStart(
      Topic<V> topic, Consumer<String, byte[]> reader, AvroCodec codec, Listener<V> listener) {
    return new TopicFollower<>(topic, reader, codec, true, listener);
  }

  /**
   * Tells only what comes from now on.
   *
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   */
  public static <V extends SpecificRecord> TopicFollower<V> fromEnd(
      Topic<V> topic, Consumer<String, byte[]> reader, AvroCodec codec, Listener<V> listener) {
    return new TopicFollower<>(topic, reader, codec, false, listener);
  }

  /** Whether everything is told that was committed when reading began. */
  public boolean isReady() {
    return ready.getCount() == 0;
  }

  /** Waits so long for {@link #isReady}. */
  public boolean awaitReady(Duration timeout) throws InterruptedException {
    return ready.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Passes once it is ready; called as the topic is. */
  public Check check() {
    return Check.of(
        topic.name(),
        () -> isReady() ? Check.Result.ok("read") : Check.Result.failed("not read to its end yet"));
  }

  /**
   * @throws IllegalStateException when there is no such topic
   */
  @Override
  public void run() {
    try (reader) {
      Map<TopicPartition, Long> ends = begin();
      while (!stopped) {
        if (!isReady() && isPast(ends)) {
          ready.countDown();
        }
        for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
          tell(record);
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
    reader.wakeup();
  }

  /** Where each partition ends now. */
  private Map<TopicPartition, Long> begin() {
    List<TopicPartition> partitions =
        reader.partitionsFor(topic.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException("there is no topic " + topic);
    }
    reader.assign(partitions);
    if (fromStart) {
      reader.seekToBeginning(partitions);
      return reader.endOffsets(partitions);
    }
    reader.seekToEnd(partitions);
    // Seeking is put off until a position is asked for.
    return partitions.stream().collect(Collectors.toMap(p -> p, reader::position));
  }

  private boolean isPast(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().allMatch(e -> reader.position(e.getKey()) >= e.getValue());
  }

  private void tell(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null) {
      log.warn("a record without a key at {} of {}", record.offset(), partition(record));
      return;
    }
    V value;
    try {
      value = record.value() == null ? null : codec.decode(topic, record.value());
    } catch (SerializationException e) {
      log.warn("cannot read the record at {} of {}", record.offset(), partition(record), e);
      return;
    }
    listener.record(record.key(), value, record.timestamp());
  }

  private static TopicPartition partition(ConsumerRecord<String, byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }
}
