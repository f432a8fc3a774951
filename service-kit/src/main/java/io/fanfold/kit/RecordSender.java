package io.fanfold.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topic;
import io.fanfold.schemas.serde.SchemaRegistryUnavailableException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Produces what HTTP has accepted. */
public final class RecordSender {

  private static final Logger log = LoggerFactory.getLogger(RecordSender.class);

  private final AvroCodec codec;
  private final Producer<String, byte[]> producer;

  public RecordSender(AvroCodec codec, Producer<String, byte[]> producer) {
    this.codec = codec;
    this.producer = producer;
  }

  /**
   * A record as it will be sent.
   *
   * @throws ProblemException 503 when the schema registry does not answer
   */
  public <V extends SpecificRecord> ProducerRecord<String, byte[]> record(
      Topic<V> topic, String key, V value, Instant at, Map<String, String> headers) {
    return record(topic, null, key, value, at, headers);
  }

  /**
   * A record for one partition, or for that of its key when that is null.
   *
   * @throws ProblemException 503 when the schema registry does not answer
   */
  public <V extends SpecificRecord> ProducerRecord<String, byte[]> record(
      Topic<V> topic,
      Integer partition,
      String key,
      V value,
      Instant at,
      Map<String, String> headers) {
    try {
      var record =
          new ProducerRecord<>(
              topic.name(), partition, at.toEpochMilli(), key, codec.encode(topic, value));
      headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
      return record;
    } catch (SchemaRegistryUnavailableException e) {
      log.warn("a record for {} could not be made", topic, e);
      throw Problem.unavailable(
              "the schema registry does not answer; the request may be sent again")
          .exception();
    }
  }

  /**
   * How many partitions a topic has.
   *
   * @throws ProblemException 503 when Kafka does not say
   */
  public int partitions(Topic<?> topic) {
    try {
      return producer.partitionsFor(topic.name()).size();
    } catch (KafkaException e) {
      log.warn("the partitions of {} are not known", topic, e);
      throw Problem.unavailable("Kafka does not answer; the request may be sent again").exception();
    }
  }

  /** Completes when Kafka has the record, exceptionally when it has not taken it. */
  public CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
    var sent = new CompletableFuture<Void>();
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure == null) {
              sent.complete(null);
            } else {
              sent.completeExceptionally(failure);
            }
          });
    } catch (KafkaException e) {
      sent.completeExceptionally(e);
    }
    return sent;
  }
}
