package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What workers have announced on the features topic, kept up to date. */
final class FeatureOffers implements LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(FeatureOffers.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Consumer<String, byte[]> consumer;
  private final AvroCodec codec;
  private final Map<String, FeatureOffer> offers = new ConcurrentSkipListMap<>();
  private volatile boolean stopped;

  FeatureOffers(Consumer<String, byte[]> consumer, AvroCodec codec) {
    this.consumer = consumer;
    this.codec = codec;
  }

  /** By feature name, in order; empty until a worker has announced something. */
  Map<String, FeatureOffer> byName() {
    return offers;
  }

  Check check() {
    return Check.of(
        "features",
        () ->
            offers.isEmpty()
                ? Check.Result.failed("no worker has announced a feature yet")
                : Check.Result.ok(offers.size() + " features"));
  }

  @Override
  public void run() {
    try (consumer) {
      var partitions = List.of(new TopicPartition(Topics.FEATURES.name(), 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!stopped) {
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
    if (record.key() == null) {
      log.warn("a record without a key on {} at {}", record.topic(), record.offset());
    } else if (record.value() == null) {
      offers.remove(record.key());
    } else {
      try {
        offers.put(record.key(), codec.decode(Topics.FEATURES, record.value()));
      } catch (SerializationException e) {
        // The topic is compacted and read anew at each start: a dead letter each time helps nobody.
        log.warn("cannot read the offer of {} at {}", record.key(), record.offset(), e);
      }
    }
  }
}
