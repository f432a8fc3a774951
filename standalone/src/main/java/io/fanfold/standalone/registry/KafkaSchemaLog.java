package io.fanfold.standalone.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The log in a compacted topic of one partition, in the form Confluent's registry keeps its own.
 *
 * <p>Writes are transactional for the fencing: of two registries on one topic the one that opened
 * it last writes, and it has read everything the other wrote.
 */
final class KafkaSchemaLog implements SchemaLog {

  static final String TOPIC = "_schemas";

  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Map<String, Object> client;
  private KafkaProducer<byte[], byte[]> producer;

  /**
   * @param client settings of all clients, {@code bootstrap.servers} among them
   */
  KafkaSchemaLog(Map<String, Object> client) {
    this.client = Map.copyOf(client);
  }

  @Override
  public List<RegistryRecord> open() {
    close();
    createTopic();
    producer = new KafkaProducer<>(producerSettings());
    // Ends what a predecessor began and shuts it out, so that the end read below is the end.
    producer.initTransactions();
    return read();
  }

  @Override
  public void append(RegistryRecord record) {
    if (producer == null) {
      throw new KafkaException("the log is not open");
    }
    try {
      producer.beginTransaction();
      producer.send(
          new ProducerRecord<>(TOPIC, 0, RecordJson.key(record), RecordJson.value(record)));
      producer.commitTransaction();
    } catch (KafkaException e) {
      // Whether it is kept is told by reading the log anew.
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  private void createTopic() {
    try (Admin admin = Admin.create(client)) {
      var topic =
          new NewTopic(TOPIC, Optional.of(1), Optional.empty())
              .configs(
                  Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new KafkaException("topic %s cannot be created".formatted(TOPIC), e.getCause());
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private List<RegistryRecord> read() {
    var records = new ArrayList<RegistryRecord>();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(consumerSettings())) {
      int partitions = consumer.partitionsFor(TOPIC, TIMEOUT).size();
      if (partitions != 1) {
        throw new KafkaException(
            "topic %s has %d partitions; a log has one".formatted(TOPIC, partitions));
      }
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      long end = consumer.endOffsets(List.of(PARTITION), TIMEOUT).get(PARTITION);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (consumer.position(PARTITION, TIMEOUT) < end) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("topic %s cannot be read to its end".formatted(TOPIC));
        }
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          parse(record.offset(), record.key(), record.value()).ifPresent(records::add);
        }
      }
    }
    return records;
  }

  private static Optional<RegistryRecord> parse(long offset, byte[] key, byte[] value) {
    try {
      return RecordJson.parse(key, value);
    } catch (IllegalArgumentException e) {
      // Passing it over could give an id a second time.
      throw new KafkaException(
          "record %d of topic %s is no registry's: %s".formatted(offset, TOPIC, e.getMessage()), e);
    }
  }

  private Properties producerSettings() {
    var settings = new Properties();
    settings.putAll(client);
    settings.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
    settings.putAll(
        Map.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "fanfold-schema-registry",
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            TIMEOUT.toMillis(),
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            10_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            20_000));
    return settings;
  }

  private Properties consumerSettings() {
    var settings = new Properties();
    settings.putAll(client);
    settings.putAll(
        Map.of(
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest"));
    return settings;
  }
}
