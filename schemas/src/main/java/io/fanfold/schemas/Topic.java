package io.fanfold.schemas;

import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;

/**
 * A topic of the pipeline: what its keys and values are, and how it is created.
 *
 * @param name the topic's name
 * @param key what the UTF-8 string key says, for people
 * @param value the Avro record every value is
 * @param partitions how many partitions a fresh topic gets
 * @param config Kafka topic settings a fresh topic gets
 */
public record Topic<V extends SpecificRecord>(
    String name, String key, Class<V> value, int partitions, Map<String, String> config) {

  public Topic {
    Objects.requireNonNull(name);
    Objects.requireNonNull(key);
    Objects.requireNonNull(value);
    config = Map.copyOf(config);
  }

  @Override
  public String toString() {
    return name;
  }
}
