package io.fanfold.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.Utf8;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AvroSerdeTest {

  private final Map<String, Object> config = new HashMap<>();

  AvroSerdeTest() {
    config.put("schema.registry.url", "mock://" + UUID.randomUUID());
    config.put("specific.avro.reader", true);
  }

  private AvroSerializer serializer() {
    var serializer = new AvroSerializer();
    serializer.configure(config, false);
    return serializer;
  }

  private AvroDeserializer deserializer() {
    var deserializer = new AvroDeserializer();
    deserializer.configure(config, false);
    return deserializer;
  }

  @Test
  void recordsComeBackAsTheyWere() {
    try (var codec = new AvroCodec(config)) {
      JobSubmission submission = SampleRecords.submission();
      byte[] bytes = codec.encode(Topics.JOB_SUBMISSIONS, submission);
      assertThat(bytes).startsWith(0, 0, 0, 0, 1);
      assertThat(codec.decode(Topics.JOB_SUBMISSIONS, bytes)).isEqualTo(submission);
    }
  }

  static Stream<Class<? extends SpecificRecord>> types() {
    return SampleRecords.types();
  }

  @ParameterizedTest
  @MethodSource("types")
  void randomRecordsComeBackAsTheyWere(Class<? extends SpecificRecord> type) {
    var samples = new SampleRecords(SampleRecords.seed());
    AvroSerializer serializer = serializer();
    AvroDeserializer deserializer = deserializer();
    for (int i = 0; i < 300; i++) {
      SpecificRecord value = samples.specific(type);
      byte[] bytes = serializer.serialize("t", value);
      var back = deserializer.deserialize("t", bytes);
      // Avro's equals breaks on times that may be null in a list of records.
      assertThat(back).isInstanceOf(type).hasToString(value.toString());
      assertThat(serializer.serialize("t", back)).isEqualTo(bytes);
    }
  }

  static Stream<Object> primitives() {
    return Stream.of(true, -7, 1L << 40, 1.5f, -2.5, "zäh", new byte[] {1, 2});
  }

  @ParameterizedTest
  @MethodSource("primitives")
  void primitivesComeBackAsTheyWere(Object value) {
    assertThat(deserializer().deserialize("t", serializer().serialize("t", value)))
        .isEqualTo(value);
  }

  @Test
  void topLevelBytesHaveNoLengthInFront() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 8, 7, 6}, 1, 2);
    assertThat(serializer().serialize("t", bytes)).containsExactly(0, 0, 0, 0, 1, 8, 7);
    assertThat(bytes.remaining()).isEqualTo(2);
  }

  @Test
  void nullIsATombstone() {
    assertThat(serializer().serialize("t", null)).isNull();
    assertThat(deserializer().deserialize("t", null)).isNull();
  }

  @Test
  void withoutSpecificReaderRecordsAreGeneric() {
    config.remove("specific.avro.reader");
    byte[] bytes = serializer().serialize("t", SampleRecords.submission());
    GenericRecord record = (GenericRecord) deserializer().deserialize("t", bytes);
    assertThat(record.get("project")).isEqualTo(new Utf8("färberei"));
    assertThat(record.get("deadline")).isEqualTo(1772366400123456L);
  }

  @Test
  void genericLogicalTypesOnDemand() {
    config.remove("specific.avro.reader");
    config.put("avro.use.logical.type.converters", "true");
    byte[] bytes = serializer().serialize("t", SampleRecords.submission());
    GenericRecord record = (GenericRecord) deserializer().deserialize("t", bytes);
    assertThat(record.get("deadline")).isEqualTo(SampleRecords.submission().getDeadline());
    assertThat(serializer().serialize("t", record)).hasSameSizeAs(bytes);
  }

  @Test
  void generatedAndGenericRecordsOfOneSchema() {
    var samples = new SampleRecords(SampleRecords.seed());
    for (int i = 0; i < 20; i++) {
      AvroSerializer serializer = serializer();
      GenericRecord generic = samples.generic(JobSubmission.getClassSchema());
      assertThat(serializer.serialize("t", generic)).isNotEmpty();
      byte[] bytes = serializer.serialize("t", SampleRecords.submission());
      assertThat(deserializer().deserialize("t", bytes)).isEqualTo(SampleRecords.submission());
      assertThat(serializer.serialize("t", generic)).isNotEmpty();
    }
  }

  @Test
  void olderWritersAreResolvedToTheClass() {
    Schema older =
        SchemaBuilder.record("JobSubmission")
            .namespace("io.fanfold.schemas")
            .fields()
            .requiredString("project")
            .requiredString("gone")
            .endRecord();
    var record = new GenericData.Record(older);
    record.put("project", "p");
    record.put("gone", "x");
    byte[] bytes = serializer().serialize("t", record);
    JobSubmission read = (JobSubmission) deserializer().deserialize("t", bytes);
    assertThat(read.getProject()).isEqualTo("p");
    assertThat(read.getItems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "TopicNameStrategy, t-value, t-key",
    "io.confluent.kafka.serializers.subject.RecordNameStrategy, io.fanfold.schemas.JobSubmission,"
        + " io.fanfold.schemas.JobSubmission",
    "TopicRecordNameStrategy, t-io.fanfold.schemas.JobSubmission,"
        + " t-io.fanfold.schemas.JobSubmission"
  })
  void subjects(String strategy, String value, String key) {
    Schema schema = JobSubmission.getClassSchema();
    SubjectNaming naming = SubjectNaming.parse("k", strategy);
    assertThat(naming.subject("t", false, schema)).isEqualTo(value);
    assertThat(naming.subject("t", true, schema)).isEqualTo(key);
  }

  @Test
  void recordNamesNeedRecords() {
    config.put("value.subject.name.strategy", "RecordNameStrategy");
    AvroSerializer serializer = serializer();
    assertThatThrownBy(() -> serializer.serialize("t", "text"))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("named after the record");
  }

  @Test
  void registeredSchemasAreFreeOfJavaUnlessAsked() {
    byte[] clean = serializer().serialize("t", SampleRecords.submission());
    config.put("avro.remove.java.properties", "false");
    byte[] cluttered = serializer().serialize("t", SampleRecords.submission());
    InMemorySchemaRegistry registry =
        InMemorySchemaRegistry.scope(
            config.get("schema.registry.url").toString().substring("mock://".length()));
    assertThat(registry.byId(WireFormat.id(clean)).toString()).doesNotContain("avro.java");
    assertThat(registry.byId(WireFormat.id(cluttered)).toString()).contains("avro.java.string");
  }

  @Test
  void unknownSchemasAreRefusedWithoutAutoRegistration() {
    config.put("auto.register.schemas", "false");
    AvroSerializer serializer = serializer();
    assertThatThrownBy(() -> serializer.serialize("jobs", SampleRecords.submission()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("jobs-value");
    config.put("auto.register.schemas", "true");
    serializer().serialize("jobs", SampleRecords.submission());
    assertThat(serializer.serialize("jobs", SampleRecords.submission())).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "use.latest.version, true",
    "use.schema.id, 7",
    "schema.reflection, true",
    "auto.register.schemas, perhaps",
    "value.subject.name.strategy, com.example.Own",
    "schema.registry.url, ftp://host",
    "schema.registry.url, 'http://user:se|cret@host'",
    "schema.registry.url, 'mock://a,http://b'"
  })
  void settingsThatCannotBeHeeded(String key, String value) {
    config.put(key, value);
    assertThatThrownBy(this::serializer)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageNotContaining("cret");
  }

  @Test
  void theRegistryMustBeNamed() {
    config.remove("schema.registry.url");
    assertThatThrownBy(this::serializer).isInstanceOf(ConfigException.class);
  }

  @Test
  void valuesThatDoNotFit() {
    AvroSerializer serializer = serializer();
    JobSubmission broken = SampleRecords.submission();
    broken.setMetadata(new HashMap<>(Collections.singletonMap("k", null)));
    assertThatThrownBy(() -> serializer.serialize("t", broken))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("JobSubmission");
    assertThatThrownBy(() -> serializer.serialize("t", new StringBuilder[0]))
        .isInstanceOf(SerializationException.class);
    assertThatThrownBy(() -> serializer.serialize("t", List.of(1)))
        .isInstanceOf(SerializationException.class);
    byte[] fine = serializer.serialize("t", SampleRecords.submission());
    assertThat(deserializer().deserialize("t", fine)).isEqualTo(SampleRecords.submission());
  }
}
