package io.fanfold.kit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The one place that sets Kafka client properties. Values are raw bytes everywhere; see {@link
 * io.fanfold.schemas.AvroCodec}.
 */
public final class KafkaClients {

  // Work moves to another instance this long after one dies without a word: the least that a
  // broker allows unless it is told otherwise.
  private static final int SESSION_TIMEOUT_MS = 6_000;

  // The last one may be this much before the end, and the others learn of it by theirs.
  private static final int HEARTBEAT_MS = 500;

  // A dead instance's open transaction holds back its readers at most this long, and the broker
  // may take a second to see it: by the time its partitions move it is over. Who is silent for as
  // long and lives takes up its work anew.
  public static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(5);

  // After a commit the next transaction is refused for a moment (CONCURRENT_TRANSACTIONS); the
  // default wait of 100 ms before asking again costs several times the throughput.
  private static final int RETRY_BACKOFF_MS = 5;

  // Waits double from there. What is waited for are the markers of the transaction before, which
  // take milliseconds, and not a broker in trouble.
  private static final int RETRY_BACKOFF_MAX_MS = 20;

  // Nobody sees a record before its transaction is committed, and a commit sends at once whatever
  // is waiting: sending earlier only makes more requests of it.
  private static final int LINGER_MS = 100;

  // Several chunks of a hundred results. What is longer goes out at once in a request of its own,
  // and at Kafka's 16 KiB that was nearly every chunk.
  private static final int BATCH_BYTES = 128 * 1024;

  // The longest that a transaction of Streams stays open when nobody asks for its commit.
  private static final int COMMIT_INTERVAL_MS = 200;

  /**
   * Between two commits that somebody does ask for, once there are many: see {@link CommitPace}.
   */
  public static final Duration COMMIT_PACE = Duration.ofMillis(10);

  private static final int MAX_REQUEST_BYTES = 11 * 1024 * 1024;

  private KafkaClients() {}

  public static Admin admin(ServiceConfig config) {
    return Admin.create(common(config));
  }

  /** A durable producer: acks=all, idempotent. */
  public static KafkaProducer<String, byte[]> producer(ServiceConfig config, String clientId) {
    var settings = producerSettings(config);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
    // A caller over HTTP waits for this: better a clear no than a long silence.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 9_000);
    settings.putAll(config.kafkaOverrides());
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** A transactional producer; a second one with the same id fences the first. */
  public static KafkaProducer<String, byte[]> transactionalProducer(
      ServiceConfig config, String transactionalId) {
    var settings = producerSettings(config);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MS);
    settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, RETRY_BACKOFF_MAX_MS);
    settings.putAll(config.kafkaOverrides());
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * A read_committed consumer of a group; offsets are committed by transactions only.
   *
   * @param maxPollRecords most records a poll may bring
   */
  public static KafkaConsumer<String, byte[]> consumer(
      ServiceConfig config, String groupId, String clientId, int maxPollRecords) {
    var settings = consumerSettings(config, clientId);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS);
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    settings.putAll(config.kafkaOverrides());
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** A read_committed consumer without a group, for reading given partitions. */
  public static KafkaConsumer<String, byte[]> reader(ServiceConfig config, String clientId) {
    return new KafkaConsumer<>(
        consumerSettings(config, clientId), new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Streams whose state, output and offsets move in one transaction (exactly_once_v2). */
  public static Properties exactlyOnceStreams(ServiceConfig config, String applicationId) {
    Properties settings = streamsSettings(config, applicationId);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        (int) TRANSACTION_TIMEOUT.toMillis());
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_BACKOFF_MS);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG),
        RETRY_BACKOFF_MAX_MS);
    return settings;
  }

  /**
   * Streams that only materialise a topic: rows are written by key, so that writing one twice
   * changes nothing, and stores survive a kill instead of being rebuilt.
   */
  public static Properties viewStreams(ServiceConfig config, String applicationId) {
    Properties settings = streamsSettings(config, applicationId);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
    return settings;
  }

  private static Properties streamsSettings(ServiceConfig config, String applicationId) {
    var settings = new Properties();
    settings.putAll(common(config));
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, applicationId + "-" + config.instance());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.getString(ServiceConfig.STATE_DIR));
    settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    settings.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG,
        (int) config.getShort(ServiceConfig.TOPIC_REPLICATION));
    settings.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.NO_OPTIMIZATION);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_TIMEOUT_MS);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), HEARTBEAT_MS);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MS);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    // No topology of ours needs its topics in one order (decision 9), so none of its tasks waits
    // for a topic that has nothing fetched.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    // What the installation says wins over our choices, also where those carry a client's prefix.
    config
        .kafkaOverrides()
        .forEach(
            (key, value) -> {
              settings.put(key, value);
              for (String prefixed :
                  List.of(StreamsConfig.consumerPrefix(key), StreamsConfig.producerPrefix(key))) {
                settings.computeIfPresent(prefixed, (name, ours) -> value);
              }
            });
    return settings;
  }

  private static Map<String, Object> producerSettings(ServiceConfig config) {
    var settings = common(config);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    return settings;
  }

  private static Map<String, Object> consumerSettings(ServiceConfig config, String clientId) {
    var settings = common(config);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }

  private static Map<String, Object> common(ServiceConfig config) {
    var settings = new HashMap<String, Object>(config.kafkaOverrides());
    settings.put("bootstrap.servers", String.join(",", config.getList("bootstrap.servers")));
    return settings;
  }
}
