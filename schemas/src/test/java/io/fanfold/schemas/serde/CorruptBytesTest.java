package io.fanfold.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CorruptBytesTest {

  private static final int ARRAYS = 10_000;

  private final String scope = UUID.randomUUID().toString();
  private final AvroSerializer serializer = new AvroSerializer();
  private final AvroDeserializer deserializer = new AvroDeserializer();

  @BeforeEach
  void configure() {
    Map<String, Object> config =
        Map.of("schema.registry.url", "mock://" + scope, "specific.avro.reader", true);
    serializer.configure(config, false);
    deserializer.configure(config, false);
  }

  static Stream<Class<? extends SpecificRecord>> types() {
    return SampleRecords.types();
  }

  /** True when the bytes are a value after all. */
  private boolean read(byte[] bytes) {
    try {
      deserializer.deserialize("t", bytes);
      return true;
    } catch (SerializationException e) {
      return false;
    } catch (Throwable e) {
      return fail("on " + Arrays.toString(bytes), e);
    }
  }

  @Test
  void randomBytes() {
    var random = new Random(SampleRecords.seed());
    serializer.serialize("t", SampleRecords.submission());
    for (int i = 0; i < ARRAYS; i++) {
      var bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length >= WireFormat.HEADER_BYTES && i % 2 == 0) {
        ByteBuffer.wrap(bytes).put((byte) 0).putInt(1);
      }
      assertThat(read(bytes)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void damagedRecords(Class<? extends SpecificRecord> type) {
    long seed = SampleRecords.seed();
    var samples = new SampleRecords(seed);
    var random = new Random(seed);
    for (int i = 0; i < ARRAYS; i++) {
      byte[] bytes = serializer.serialize("t", samples.specific(type));
      for (int damage = random.nextInt(3); damage >= 0; damage--) {
        int at = WireFormat.HEADER_BYTES + random.nextInt(bytes.length - WireFormat.HEADER_BYTES);
        bytes[at] = (byte) random.nextInt();
      }
      // Some damage leaves a value; there must be nothing but a value or the one exception.
      read(bytes);
    }
  }

  @Test
  void everyCutIsFound() {
    byte[] bytes = serializer.serialize("t", SampleRecords.submission());
    for (int length = 0; length < bytes.length; length++) {
      assertThat(read(Arrays.copyOf(bytes, length))).isFalse();
    }
    assertThat(read(bytes)).isTrue();
    assertThat(read(Arrays.copyOf(bytes, bytes.length + 1))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"string\"",
        "{\"type\":\"array\",\"items\":\"null\"}",
        "{\"type\":\"array\",\"items\":\"long\"}",
        "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"E\",\"fields\":[]}}",
        "{\"type\":\"map\",\"values\":\"null\"}",
        "[\"bytes\",\"null\"]"
      })
  void hugeAnnouncements(String schema) {
    int id = InMemorySchemaRegistry.scope(scope).register("s", schema, false);
    boolean union = new Schema.Parser().parse(schema).isUnion();
    for (long announced : new long[] {1L << 20, 1L << 31, Long.MAX_VALUE, -5, Long.MIN_VALUE}) {
      var encoder = new ByteArrayEncoder();
      encoder.start(id);
      if (union) {
        encoder.writeInt(0);
      }
      encoder.writeLong(announced);
      byte[] bytes = encoder.message();
      assertThatThrownBy(() -> deserializer.deserialize("t", bytes))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void manySmallAnnouncementsDoNotAddUp() {
    int id =
        InMemorySchemaRegistry.scope(scope)
            .register("s", "{\"type\":\"array\",\"items\":\"null\"}", false);
    var encoder = new ByteArrayEncoder();
    encoder.start(id);
    for (int i = 0; i < 1_000; i++) {
      encoder.writeLong(60_000);
    }
    encoder.writeLong(0);
    assertThat(read(encoder.message())).isFalse();
  }

  @Test
  void endlessNesting() {
    int id =
        InMemorySchemaRegistry.scope(scope)
            .register(
                "s",
                "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"R\",\"fields\":"
                    + "[{\"name\":\"r\",\"type\":[\"null\",\"R\"]}]}}",
                false);
    var bytes = new byte[1_000_000];
    Arrays.fill(bytes, (byte) 2);
    ByteBuffer.wrap(bytes).put((byte) 0).putInt(id);
    assertThat(read(bytes)).isFalse();
  }

  @Test
  void nullsWithinReasonAreRead() {
    int id =
        InMemorySchemaRegistry.scope(scope)
            .register("s", "{\"type\":\"array\",\"items\":\"null\"}", false);
    var encoder = new ByteArrayEncoder();
    encoder.start(id);
    encoder.writeLong(60_000);
    encoder.writeLong(0);
    assertThat(read(encoder.message())).isTrue();
  }

  @Test
  void hugeRecordsAreNotHeldOnTo() {
    var encoder = new ByteArrayEncoder();
    encoder.start(1);
    encoder.writeFixed(new byte[5_000_000], 0, 5_000_000);
    assertThat(encoder.message()).hasSize(5_000_005);
    encoder.release();
    assertThat(encoder.capacity()).isLessThan(1_000_000);
  }
}
