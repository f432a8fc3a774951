package io.fanfold.aggregator;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Where keys are, by Kafka's default partitioner. */
final class Partitions {

  private Partitions() {}

  static int of(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
  }
}
