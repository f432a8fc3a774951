package io.fanfold.schemas.serde;

import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Values to write and read, some by hand, the rest at random from a seed. */
final class SampleRecords {

  private static final int DEEPEST = 6;

  private final Random random;

  SampleRecords(long seed) {
    this.random = new Random(seed);
  }

  /** The seed of this run, printed so that a failure can be run again with it. */
  static long seed() {
    Long given = Long.getLong("fanfold.seed");
    long seed = given != null ? given : System.nanoTime();
    System.out.println("fanfold.seed=" + seed);
    return seed;
  }

  static JobSubmission submission() {
    return JobSubmission.newBuilder()
        .setProject("färberei")
        .setFeatures(
            List.of(
                Feature.newBuilder()
                    .setName("TextDetection")
                    .setParameters(Map.of("threshold", 0.5, "languages", List.of("de", "ja")))
                    .build()))
        .setFailureIsolation(FailureIsolation.BATCH)
        .setDeadline(Instant.parse("2026-03-01T12:00:00.123456Z"))
        .setMetadata(Map.of("k", "v"))
        .build();
  }

  static Stream<Class<? extends SpecificRecord>> types() {
    return Topics.all().stream().map(Topic::value);
  }

  /** A record of a generated class, all fields at random. */
  SpecificRecord specific(Class<?> type) {
    Schema schema = SpecificData.getForClass(type).getSchema(type);
    return (SpecificRecord) value(schema, SpecificData.getForClass(type), 0);
  }

  /** A generic record of the schema, all fields at random. */
  GenericRecord generic(Schema schema) {
    return (GenericRecord) value(schema, GenericData.get(), 0);
  }

  private Object value(Schema schema, GenericData data, int depth) {
    boolean generated = data instanceof SpecificData;
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextInt() >> random.nextInt(32);
      case LONG ->
          generated && schema.getLogicalType() != null
              ? Instant.EPOCH.plus(random.nextInt() * 1_000_003L, ChronoUnit.MICROS)
              : (Object) (random.nextLong() >> random.nextInt(64));
      case FLOAT -> (float) random.nextGaussian();
      case DOUBLE -> random.nextGaussian();
      case STRING -> text();
      case BYTES -> ByteBuffer.wrap(bytes());
      case FIXED -> {
        var bytes = new byte[schema.getFixedSize()];
        random.nextBytes(bytes);
        yield new GenericData.Fixed(schema, bytes);
      }
      case ENUM ->
          data.createEnum(
              schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())), schema);
      case ARRAY -> {
        var items = new ArrayList<>();
        for (int i = size(depth); i > 0; i--) {
          items.add(value(schema.getElementType(), data, depth + 1));
        }
        yield items;
      }
      case MAP -> {
        var entries = new HashMap<String, Object>();
        for (int i = size(depth); i > 0; i--) {
          entries.put(text(), value(schema.getValueType(), data, depth + 1));
        }
        yield entries;
      }
      case UNION ->
          value(
              depth >= DEEPEST
                  ? schema.getTypes().get(0)
                  : schema.getTypes().get(random.nextInt(schema.getTypes().size())),
              data,
              depth + 1);
      case RECORD -> {
        Object fresh = data.newRecord(null, schema);
        for (Schema.Field field : schema.getFields()) {
          data.setField(fresh, field.name(), field.pos(), value(field.schema(), data, depth + 1));
        }
        yield fresh;
      }
    };
  }

  byte[] bytes() {
    var bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    return bytes;
  }

  String text() {
    return random
        .ints(random.nextInt(12), 0x20, 0x1f600)
        .filter(c -> c < 0xd800 || c > 0xdfff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private int size(int depth) {
    return depth >= DEEPEST ? 0 : random.nextInt(4);
  }
}
