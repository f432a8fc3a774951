package io.fanfold.benchmarks;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka clients as anyone would set them up: acks=all and lz4. */
final class PlainClients {

  private PlainClients() {}

  static KafkaProducer<String, byte[]> producer(String kafka) {
    return new KafkaProducer<>(
        producerSettings(kafka), new StringSerializer(), new ByteArraySerializer());
  }

  static KafkaProducer<String, byte[]> transactional(String kafka, String id) {
    var settings = producerSettings(kafka);
    settings.put("transactional.id", id);
    // As the services have it: after a commit the next transaction is refused for a moment.
    settings.put("retry.backoff.ms", 5);
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * @param group null for a reader of given partitions
   */
  static KafkaConsumer<String, byte[]> consumer(String kafka, String group) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", kafka);
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    if (group != null) {
      settings.put("group.id", group);
    }
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static Map<String, Object> producerSettings(String kafka) {
    var settings = new HashMap<String, Object>();
    settings.put("bootstrap.servers", kafka);
    settings.put("acks", "all");
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", 5);
    settings.put("batch.size", 256 * 1024);
    settings.put("buffer.memory", 64L * 1024 * 1024);
    settings.put("max.request.size", 11 * 1024 * 1024);
    return settings;
  }

  /** Remembers that a record was not taken. */
  static final class Acknowledgements implements Callback {

    private volatile Exception failure;

    @Override
    public void onCompletion(RecordMetadata metadata, Exception exception) {
      if (exception != null) {
        failure = exception;
      }
    }

    void check() throws ScenarioException {
      if (failure != null) {
        throw new ScenarioException("Kafka did not take a record: " + failure, failure);
      }
    }
  }
}
