package io.fanfold.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes Avro values in the Confluent wire format, byte for byte as Confluent's {@code
 * KafkaAvroSerializer} does: a zero byte, the schema id as 4 big-endian bytes, the Avro binary.
 * Takes Confluent's settings; {@code docs/decisions/0002} lists which. {@code
 * avro.remove.java.properties} is on here unless it is set, so that what gets registered is what
 * every language sees.
 *
 * <p>Takes specific and generic records, enums, fixed and arrays, {@code null}, {@code Boolean},
 * {@code Integer}, {@code Long}, {@code Float}, {@code Double}, {@code CharSequence}, and bytes as
 * {@code byte[]} or {@code ByteBuffer}. Safe for use by several threads.
 */
public final class AvroSerializer implements Serializer<Object> {

  private static final ThreadLocal<ByteArrayEncoder> ENCODERS =
      ThreadLocal.withInitial(ByteArrayEncoder::new);

  /** Schemas parsed anew for every record must not fill the heap. */
  private static final int MAX_CACHED = 1_000;

  private final Map<Target, Writer> writers = new ConcurrentHashMap<>();
  private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();

  private SerdeConfig config;
  private SchemaRegistryClient registry;
  private boolean isKey;

  /** For Kafka, which calls {@link #configure}. */
  public AvroSerializer() {}

  /**
   * @throws ConfigException when a setting is missing, malformed or not supported
   */
  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    var settings = SerdeConfig.parse(configs, isKey);
    settings.rejectUnsupportedForWriting();
    this.registry = settings.registry();
    this.config = settings;
    this.isKey = isKey;
  }

  /**
   * @return the message, or null for a null value: a tombstone is no Avro
   * @throws SchemaRegistryUnavailableException when the registry gives no answer; the value may be
   *     fine
   * @throws SerializationException when the value does not fit its schema, its type is not
   *     supported, or the registry refuses the schema
   */
  @Override
  public byte[] serialize(String topic, Object value) {
    if (value == null) {
      return null;
    }
    if (config == null) {
      throw new SerializationException("the serializer is not configured");
    }
    Schema schema = ValueSchemas.of(value);
    var target = new Target(topic, schema, value.getClass());
    Writer writer = writers.get(target);
    if (writer == null) {
      writer = writer(topic, schema, value);
      bounded(writers).put(target, writer);
    }
    return write(topic, writer, value);
  }

  private static byte[] write(String topic, Writer writer, Object value) {
    ByteArrayEncoder encoder = ENCODERS.get();
    encoder.start(writer.id());
    try {
      if (writer.raw()) {
        raw(value, encoder);
      } else {
        writer.datum().write(value, encoder);
      }
      return encoder.message();
    } catch (IOException | RuntimeException e) {
      // Avro lets ClassCastException, NullPointerException and others of its kind out.
      throw new SerializationException(
          "a %s for topic %s does not fit schema %d: %s"
              .formatted(value.getClass().getSimpleName(), topic, writer.id(), e.getMessage()),
          e);
    } finally {
      encoder.release();
    }
  }

  private Writer writer(String topic, Schema schema, Object value) {
    Schema registered = config.removeJavaProperties() ? JavaProperties.remove(schema) : schema;
    String subject = config.naming().subject(topic, isKey, registered);
    int id = id(new Registered(subject, registered.toString()));
    return new Writer(
        id, registered.getType() == Schema.Type.BYTES, datumWriter(registered, value));
  }

  private int id(Registered schema) {
    Integer known = ids.get(schema);
    if (known != null) {
      return known;
    }
    // One thread asks, the others for the same schema wait for it.
    return bounded(ids)
        .computeIfAbsent(
            schema,
            absent ->
                config.autoRegister()
                    ? registry.register(absent.subject(), absent.schema(), config.normalize())
                    : registry.find(absent.subject(), absent.schema(), config.normalize()));
  }

  private DatumWriter<Object> datumWriter(Schema schema, Object value) {
    if (value instanceof SpecificRecordBase) {
      return new SpecificDatumWriter<>(schema, SpecificData.getForClass(value.getClass()));
    }
    if (value instanceof SpecificRecord) {
      return new SpecificDatumWriter<>(schema, SpecificData.get());
    }
    GenericData data = config.logicalTypes() ? ValueSchemas.withLogicalTypes() : GenericData.get();
    return new GenericDatumWriter<>(schema, data);
  }

  /** Top-level bytes go as they are, without Avro's length in front. */
  private static void raw(Object value, ByteArrayEncoder encoder) {
    if (value instanceof byte[] bytes) {
      encoder.writeFixed(bytes, 0, bytes.length);
    } else if (value instanceof ByteBuffer buffer) {
      var bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      encoder.writeFixed(bytes, 0, bytes.length);
    } else {
      throw new ClassCastException("not bytes");
    }
  }

  private static <K, V> Map<K, V> bounded(Map<K, V> cache) {
    if (cache.size() >= MAX_CACHED) {
      cache.clear();
    }
    return cache;
  }

  private record Writer(int id, boolean raw, DatumWriter<Object> datum) {}

  private record Registered(String subject, String schema) {}

  /**
   * Schemas by identity: Avro's equality is slow and blind to docs. Types because a generated class
   * and a generic record of its schema need different writers.
   */
  private record Target(String topic, Schema schema, Class<?> type) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Target that
          && schema == that.schema
          && type == that.type
          && (topic == null ? that.topic == null : topic.equals(that.topic));
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(schema) + (topic == null ? 0 : topic.hashCode());
    }
  }
}
