package io.fanfold.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.schemas.JobSubmission;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Byte for byte against Confluent's genuine classes. Each side has a registry of its own that gives
 * ids in order, and what is registered is compared; then both share one.
 */
class GenuineConfluentTest {

  private static final String PACKAGE = "io.confluent.kafka.serializers.";
  private static final int RECORDS = 200;

  private static URLClassLoader genuine;

  private final Map<String, Object> config = new HashMap<>();
  private RestRegistry ourRegistry;
  private RestRegistry theirRegistry;

  @BeforeAll
  static void load() throws Exception {
    URL jar = Path.of(System.getProperty("fanfold.genuine")).toUri().toURL();
    // Our class path first, so that both sides share our Kafka, Avro and generated classes.
    genuine = new URLClassLoader(new URL[] {jar}, GenuineConfluentTest.class.getClassLoader());
  }

  @AfterAll
  static void unload() throws Exception {
    genuine.close();
  }

  @BeforeEach
  void start() throws Exception {
    // Kafka's configuration looks there for the classes that Confluent's defaults name.
    Thread.currentThread().setContextClassLoader(genuine);
    ourRegistry = new RestRegistry();
    theirRegistry = new RestRegistry();
    config.put("specific.avro.reader", true);
    config.put("avro.remove.java.properties", true);
  }

  @AfterEach
  void stop() {
    ourRegistry.close();
    theirRegistry.close();
    Thread.currentThread().setContextClassLoader(GenuineConfluentTest.class.getClassLoader());
  }

  private Serializer<Object> ourSerializer(RestRegistry registry, boolean isKey) {
    var serializer = new AvroSerializer();
    serializer.configure(at(registry), isKey);
    return serializer;
  }

  private Deserializer<Object> ourDeserializer(RestRegistry registry) {
    var deserializer = new AvroDeserializer();
    deserializer.configure(at(registry), false);
    return deserializer;
  }

  @SuppressWarnings("unchecked")
  private Serializer<Object> theirSerializer(RestRegistry registry, boolean isKey)
      throws Exception {
    var serializer = (Serializer<Object>) theirs("KafkaAvroSerializer");
    serializer.configure(at(registry), isKey);
    return serializer;
  }

  @SuppressWarnings("unchecked")
  private Deserializer<Object> theirDeserializer(RestRegistry registry) throws Exception {
    var deserializer = (Deserializer<Object>) theirs("KafkaAvroDeserializer");
    deserializer.configure(at(registry), false);
    return deserializer;
  }

  private static Object theirs(String name) throws Exception {
    Class<?> type = genuine.loadClass(PACKAGE + name);
    assertThat(type.getClassLoader()).isSameAs(genuine);
    return type.getConstructor().newInstance();
  }

  private Map<String, Object> at(RestRegistry registry) {
    var settings = new HashMap<>(config);
    settings.put("schema.registry.url", registry.url());
    return settings;
  }

  private void assertSameRegistries() {
    assertThat(ourRegistry.schemas()).isEqualTo(theirRegistry.schemas()).isNotEmpty();
    assertThat(ourRegistry.subjects()).isEqualTo(theirRegistry.subjects()).isNotEmpty();
  }

  static Stream<Class<? extends SpecificRecord>> types() {
    return SampleRecords.types();
  }

  @ParameterizedTest
  @MethodSource("types")
  void specificRecords(Class<? extends SpecificRecord> type) throws Exception {
    var samples = new SampleRecords(SampleRecords.seed());
    Serializer<Object> ours = ourSerializer(ourRegistry, false);
    Serializer<Object> theirs = theirSerializer(theirRegistry, false);
    Deserializer<Object> weRead = ourDeserializer(theirRegistry);
    Deserializer<Object> theyRead = theirDeserializer(ourRegistry);
    for (int i = 0; i < RECORDS; i++) {
      SpecificRecord value = samples.specific(type);
      byte[] bytes = ours.serialize("topic", value);
      assertThat(bytes).isEqualTo(theirs.serialize("topic", value));
      for (Object read :
          List.of(weRead.deserialize("topic", bytes), theyRead.deserialize("topic", bytes))) {
        // Avro's equals breaks on times that may be null in a list of records.
        assertThat(read).isInstanceOf(type).hasToString(value.toString());
        assertThat(ours.serialize("topic", read)).isEqualTo(bytes);
      }
    }
    assertSameRegistries();
  }

  @ParameterizedTest
  @MethodSource("types")
  void genericRecords(Class<? extends SpecificRecord> type) throws Exception {
    config.put("specific.avro.reader", false);
    Schema schema = JavaProperties.remove(SpecificData.getForClass(type).getSchema(type));
    var samples = new SampleRecords(SampleRecords.seed());
    Serializer<Object> ours = ourSerializer(ourRegistry, false);
    Serializer<Object> theirs = theirSerializer(theirRegistry, false);
    Deserializer<Object> weRead = ourDeserializer(theirRegistry);
    Deserializer<Object> theyRead = theirDeserializer(ourRegistry);
    for (int i = 0; i < RECORDS; i++) {
      Object value = samples.generic(schema);
      byte[] bytes = ours.serialize("topic", value);
      assertThat(bytes).isEqualTo(theirs.serialize("topic", value));
      assertThat(weRead.deserialize("topic", bytes))
          .isEqualTo(theyRead.deserialize("topic", bytes));
    }
    assertSameRegistries();
  }

  @Test
  void genericLogicalTypes() throws Exception {
    byte[] bytes = ourSerializer(ourRegistry, false).serialize("topic", SampleRecords.submission());
    config.put("specific.avro.reader", false);
    config.put("avro.use.logical.type.converters", true);
    var record = (GenericRecord) ourDeserializer(ourRegistry).deserialize("topic", bytes);
    var theirs = (GenericRecord) theirDeserializer(ourRegistry).deserialize("topic", bytes);
    // Field by field: Avro itself cannot compare generic records that hold instants.
    for (Schema.Field field : record.getSchema().getFields()) {
      assertThat(record.get(field.pos())).isEqualTo(theirs.get(field.pos()));
    }
    assertThat(ourSerializer(ourRegistry, false).serialize("topic", record))
        .isEqualTo(theirSerializer(ourRegistry, false).serialize("topic", record));
  }

  static Stream<Object> others() {
    Schema suit = Schema.createEnum("Suit", "Suits.", "cards", List.of("CLUBS", "HEARTS"));
    Schema hash = Schema.createFixed("Hash", "A hash.", "cards", 4);
    Schema numbers = Schema.createArray(Schema.create(Schema.Type.LONG));
    return Stream.of(
        true,
        0,
        -1,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        -0.0f,
        Float.NaN,
        Double.MIN_VALUE,
        Double.NEGATIVE_INFINITY,
        "",
        "zäh 🀄",
        new byte[0],
        new byte[] {0, -1, 7},
        ByteBuffer.wrap(new byte[] {1, 2, 3}),
        new GenericData.EnumSymbol(suit, "HEARTS"),
        new GenericData.Fixed(hash, new byte[] {1, 2, 3, 4}),
        new GenericData.Array<>(numbers, List.of(1L, -2L)));
  }

  @ParameterizedTest
  @MethodSource("others")
  void valuesThatAreNoRecords(Object value) throws Exception {
    for (boolean specific : List.of(false, true)) {
      config.put("specific.avro.reader", specific);
      boolean generated = value instanceof GenericData.EnumSymbol;
      if (specific && (generated || value instanceof GenericData.Fixed)) {
        continue;
      }
      byte[] bytes = ourSerializer(ourRegistry, true).serialize("topic", value);
      assertThat(bytes).isEqualTo(theirSerializer(theirRegistry, true).serialize("topic", value));
      assertThat(ourDeserializer(theirRegistry).deserialize("topic", bytes))
          .isEqualTo(theirDeserializer(ourRegistry).deserialize("topic", bytes));
      assertSameRegistries();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TopicNameStrategy, false, true",
    "RecordNameStrategy, false, true",
    "TopicRecordNameStrategy, false, true",
    "TopicNameStrategy, true, true",
    "RecordNameStrategy, true, true",
    "TopicRecordNameStrategy, true, true",
    "TopicNameStrategy, false, false"
  })
  void subjectsAndSchemas(String strategy, boolean isKey, boolean clean) throws Exception {
    config.put(
        (isKey ? "key" : "value") + ".subject.name.strategy", PACKAGE + "subject." + strategy);
    config.put("avro.remove.java.properties", clean);
    JobSubmission value = SampleRecords.submission();
    assertThat(ourSerializer(ourRegistry, isKey).serialize("a topic+", value))
        .isEqualTo(theirSerializer(theirRegistry, isKey).serialize("a topic+", value));
    assertSameRegistries();
  }

  @Test
  void oneRegistryForBoth() throws Exception {
    JobSubmission value = SampleRecords.submission();
    byte[] theirs = theirSerializer(ourRegistry, false).serialize("topic", value);
    config.put("auto.register.schemas", false);
    byte[] ours = ourSerializer(ourRegistry, false).serialize("topic", value);
    assertThat(ours).isEqualTo(theirs);
    assertThat(theirSerializer(ourRegistry, false).serialize("topic", value)).isEqualTo(ours);
    assertThat(ourRegistry.schemas()).hasSize(1);
  }

  @Test
  void docsMakeAnotherSchema() throws Exception {
    // While removing properties theirs takes schemas that differ only in docs for the same.
    config.put("avro.remove.java.properties", false);
    for (String doc : List.of("One.", "Another.")) {
      Schema schema = Schema.createRecord("Noted", doc, "test", false, List.of());
      var value = new GenericData.Record(schema);
      assertThat(ourSerializer(ourRegistry, false).serialize("topic", value))
          .isEqualTo(theirSerializer(theirRegistry, false).serialize("topic", value));
    }
    assertSameRegistries();
    assertThat(ourRegistry.schemas()).hasSize(2);
  }

  @Test
  void failoverUrlsAndCredentialsAreTheSame() throws Exception {
    int closed;
    try (var gone = new RestRegistry()) {
      closed = gone.port();
    }
    String urls =
        "http://localhost:%d,%s".formatted(closed, URI.create(ourRegistry.url()).toString());
    config.put("basic.auth.credentials.source", "USER_INFO");
    config.put("basic.auth.user.info", "käthe:pass:word");
    var settings = new HashMap<>(config);
    settings.put("schema.registry.url", urls);
    var ours = new AvroSerializer();
    ours.configure(settings, false);
    @SuppressWarnings("unchecked")
    var theirs = (Serializer<Object>) theirs("KafkaAvroSerializer");
    theirs.configure(settings, false);
    assertThat(ours.serialize("topic", "x")).isEqualTo(theirs.serialize("topic", "x"));
    assertThat(ourRegistry.requests()).hasSize(2);
    assertThat(ourRegistry.requests().get(0)).isEqualTo(ourRegistry.requests().get(1));
    assertThat(ourRegistry.requests().get(0).authorization()).startsWith("Basic ");
  }
}
