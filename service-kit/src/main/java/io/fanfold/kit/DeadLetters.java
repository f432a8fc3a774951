package io.fanfold.kit;

import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Records nobody can use go to {@code dead-letters} as they were found, key, value and headers,
 * with these headers beside: {@code dead-letter-topic}, {@code -partition}, {@code -offset}, {@code
 * -error}, {@code -service}.
 */
public final class DeadLetters {

  private static final int MAX_ERROR_CHARS = 1_000;

  private DeadLetters() {}

  public static ProducerRecord<String, byte[]> record(
      String service,
      String topic,
      int partition,
      long offset,
      String key,
      byte[] value,
      Headers found,
      String error) {
    return new ProducerRecord<>(
        Topics.DEAD_LETTERS,
        null,
        key,
        value,
        headers(service, topic, partition, offset, found, error));
  }

  /** The headers of a dead letter, for those who write it by other means. */
  public static Headers headers(
      String service, String topic, int partition, long offset, Headers found, String error) {
    var headers = new RecordHeaders(found);
    put(headers, "topic", topic);
    put(headers, "partition", Integer.toString(partition));
    put(headers, "offset", Long.toString(offset));
    put(headers, "error", error.substring(0, Math.min(error.length(), MAX_ERROR_CHARS)));
    put(headers, "service", service);
    return headers;
  }

  private static void put(Headers headers, String name, String value) {
    headers.add("dead-letter-" + name, value.getBytes(StandardCharsets.UTF_8));
  }
}
