package io.fanfold.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedBrokerTest {
  private static final String TOPIC = "letters";

  @TempDir Path directory;

  @Test
  void recordsAndTransactionsSurviveARestartOnAnotherPort() throws Exception {
    String clusterId;
    int formerPort;
    try (var broker = EmbeddedBroker.start(directory)) {
      formerPort = broker.port();
      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + formerPort);
      try (var admin = admin(broker)) {
        admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
        clusterId = admin.describeCluster().clusterId().get();
      }
      try (var producer = producer(broker)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "k", "a"));
        producer.send(new ProducerRecord<>(TOPIC, "k", "b"));
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "k", "aborted"));
        producer.abortTransaction();
      }
      assertThat(read(broker, 2)).containsExactly("a", "b");
    }

    // The former port is held, so that the restart must work on another one.
    try (var holder = new ServerSocket(formerPort, 1, InetAddress.getByName("127.0.0.1"));
        var broker = EmbeddedBroker.start(directory)) {
      assertThat(broker.port()).isNotEqualTo(holder.getLocalPort());
      try (var admin = admin(broker)) {
        assertThat(admin.describeCluster().clusterId().get()).isEqualTo(clusterId);
      }
      try (var producer = producer(broker)) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, "k", "c"));
        producer.commitTransaction();
      }
      assertThat(read(broker, 3)).containsExactly("a", "b", "c");
    }
  }

  @Test
  @Timeout(10)
  void aTakenPortIsAnExceptionThatNamesIt() throws Exception {
    try (var holder = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = holder.getLocalPort();
      assertThatThrownBy(() -> EmbeddedBroker.start(directory, "127.0.0.1", port))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("port " + port);
    }
  }

  @Test
  void closingTwiceIsClosingOnce() throws Exception {
    var broker = EmbeddedBroker.start(directory);
    broker.close();
    broker.close();
    assertThat(kafkaThreads()).isEmpty();
  }

  /** Threads that would keep the JVM alive after main is done. */
  private static List<String> kafkaThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.isDaemon())
        .map(Thread::getName)
        .filter(name -> name.contains("kafka") || name.contains("raft") || name.contains("broker"))
        .toList();
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private static KafkaProducer<String, String> producer(EmbeddedBroker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test"),
        new StringSerializer(),
        new StringSerializer());
  }

  private static List<String> read(EmbeddedBroker broker, int count) {
    var config =
        Map.<String, Object>of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "group.id",
            "readers-" + count,
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    var values = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      while (values.size() < count) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
      }
      consumer.commitSync();
    }
    return values;
  }
}
