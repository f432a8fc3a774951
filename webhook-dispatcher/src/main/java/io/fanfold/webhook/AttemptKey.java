package io.fanfold.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Where a record of {@code webhook-attempts} goes: its key is the event, its partition that of the
 * task that holds the delivery.
 */
record AttemptKey(int partition, String eventId) {

  static Serializer<AttemptKey> serializer() {
    return (topic, key) -> key.eventId().getBytes(StandardCharsets.UTF_8);
  }

  static StreamPartitioner<AttemptKey, byte[]> partitioner() {
    return (topic, key, value, partitions) -> Optional.of(Set.of(key.partition()));
  }
}
