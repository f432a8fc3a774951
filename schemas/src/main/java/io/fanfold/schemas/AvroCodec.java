package io.fanfold.schemas;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The values of topics as bytes, in the Confluent wire format. Services read and write raw bytes
 * and decode here, so that a record nobody can read is a value to act on and not a dead consumer.
 *
 * <p>The classes that do the work are chosen by Kafka's usual {@code value.serializer} and {@code
 * value.deserializer}; they get the whole configuration. Safe for use by several threads if those
 * classes are, as ours and Confluent's are.
 */
public final class AvroCodec implements AutoCloseable {

  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;

  /**
   * @param config settings for the serializer and deserializer, {@code schema.registry.url} among
   *     them
   */
  public AvroCodec(Map<String, ?> config) {
    var settings = new HashMap<String, Object>(config);
    settings.putIfAbsent("value.serializer", "io.fanfold.schemas.serde.AvroSerializer");
    settings.putIfAbsent("value.deserializer", "io.fanfold.schemas.serde.AvroDeserializer");
    // Confluent's deserializer gives generic records unless it is told.
    settings.put("specific.avro.reader", "true");
    // The registered schema is the published one, whoever's class registers it.
    settings.putIfAbsent("avro.remove.java.properties", "true");
    this.serializer = instance(settings, "value.serializer");
    this.serializer.configure(settings, false);
    this.deserializer = instance(settings, "value.deserializer");
    this.deserializer.configure(settings, false);
  }

  /**
   * @throws SerializationException when the value does not fit its schema or the registry refuses
   */
  public <V extends SpecificRecord> byte[] encode(Topic<V> topic, V value) {
    return serializer.serialize(topic.name(), value);
  }

  /**
   * @throws SerializationException when the bytes are no value of this topic
   * @throws io.fanfold.schemas.serde.SchemaRegistryUnavailableException when that cannot be told
   */
  public <V extends SpecificRecord> V decode(Topic<V> topic, byte[] bytes) {
    if (bytes == null) {
      throw new SerializationException("no value (a tombstone) where one is needed");
    }
    Object value = deserializer.deserialize(topic.name(), bytes);
    if (!topic.value().isInstance(value)) {
      throw new SerializationException(
          "expected a %s, found %s"
              .formatted(
                  topic.value().getSimpleName(),
                  value == null ? "nothing" : value.getClass().getSimpleName()));
    }
    return topic.value().cast(value);
  }

  @Override
  public void close() {
    serializer.close();
    deserializer.close();
  }

  @SuppressWarnings("unchecked")
  private static <T> T instance(Map<String, Object> settings, String key) {
    Object value = settings.get(key);
    try {
      return (T)
          (value instanceof Class<?> type
              ? Utils.newInstance(type)
              : Utils.newInstance(value.toString(), Object.class));
    } catch (ClassNotFoundException e) {
      throw new ConfigException(key, value, "class not found");
    }
  }
}
