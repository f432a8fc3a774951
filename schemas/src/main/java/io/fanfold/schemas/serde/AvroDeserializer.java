package io.fanfold.schemas.serde;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads values in the Confluent wire format, whoever wrote them. Takes Confluent's settings; {@code
 * docs/decisions/0002} lists which. With {@code specific.avro.reader=true} records become the
 * generated class their schema names, resolved to that class's own schema; otherwise, as with
 * Confluent's, {@code GenericRecord}.
 *
 * <p>Bytes that are no such value, left-over bytes included, are a {@link SerializationException}
 * and never take more memory than a small multiple of their own size. Safe for use by several
 * threads.
 */
public final class AvroDeserializer implements Deserializer<Object> {

  private final Map<Integer, Reader> readers = new ConcurrentHashMap<>();

  private SerdeConfig config;
  private SchemaRegistryClient registry;

  /** For Kafka, which calls {@link #configure}. */
  public AvroDeserializer() {}

  /**
   * @throws ConfigException when a setting is missing, malformed or not supported
   */
  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    var settings = SerdeConfig.parse(configs, isKey);
    this.registry = settings.registry();
    this.config = settings;
  }

  /**
   * @return the value, or null for null bytes
   * @throws SchemaRegistryUnavailableException when the registry gives no answer; the bytes may be
   *     fine
   * @throws SerializationException when the bytes are no Avro value in this format
   */
  @Override
  public Object deserialize(String topic, byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    if (config == null) {
      throw new SerializationException("the deserializer is not configured");
    }
    if (bytes.length < WireFormat.HEADER_BYTES) {
      throw new SerializationException(
          "%d bytes on topic %s are too few for a value with a schema id"
              .formatted(bytes.length, topic));
    }
    if (bytes[0] != WireFormat.MAGIC) {
      throw new SerializationException(
          "a value on topic %s begins with byte %d, not 0: it carries no schema id"
              .formatted(topic, bytes[0]));
    }
    int id = WireFormat.id(bytes);
    return read(topic, id, reader(id), bytes);
  }

  private static Object read(String topic, int id, Reader reader, byte[] bytes) {
    if (reader.type() == Schema.Type.BYTES) {
      return Arrays.copyOfRange(bytes, WireFormat.HEADER_BYTES, bytes.length);
    }
    var decoder = new BoundedDecoder(bytes, WireFormat.HEADER_BYTES);
    Object value;
    try {
      value = reader.datum().read(null, decoder);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Corrupt bytes of a recursive schema nest without end; Avro lets most anything out.
      throw new SerializationException(
          "a value on topic %s does not fit schema %d: %s".formatted(topic, id, e.getMessage()), e);
    }
    if (decoder.remaining() > 0) {
      throw new SerializationException(
          "a value on topic %s is followed by %d bytes schema %d does not explain"
              .formatted(topic, decoder.remaining(), id));
    }
    return reader.type() == Schema.Type.STRING ? value.toString() : value;
  }

  private Reader reader(int id) {
    Reader known = readers.get(id);
    // One thread asks, the others for the same id wait for it.
    return known != null ? known : readers.computeIfAbsent(id, this::newReader);
  }

  private Reader newReader(int id) {
    Schema writer = registry.byId(id);
    return new Reader(writer.getType(), datumReader(id, writer));
  }

  private DatumReader<Object> datumReader(int id, Schema writer) {
    if (!config.specific()) {
      GenericData data =
          config.logicalTypes() ? ValueSchemas.withLogicalTypes() : GenericData.get();
      return new GenericDatumReader<>(writer, writer, data);
    }
    if (writer.getType() != Schema.Type.RECORD) {
      return new SpecificDatumReader<>(writer, writer, SpecificData.get());
    }
    Class<?> type = SpecificData.get().getClass(writer);
    if (type == null || !SpecificRecord.class.isAssignableFrom(type)) {
      throw new SerializationException(
          "schema %d is of %s, which is no generated class here"
              .formatted(id, writer.getFullName()));
    }
    SpecificData data = SpecificData.getForClass(type);
    return new SpecificDatumReader<>(writer, data.getSchema(type), data);
  }

  private record Reader(Schema.Type type, DatumReader<Object> datum) {}
}
