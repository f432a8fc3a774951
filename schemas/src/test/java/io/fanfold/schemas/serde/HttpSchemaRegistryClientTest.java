package io.fanfold.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSchemaRegistryClientTest {

  private final Map<String, Object> config = new HashMap<>();
  private RestRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new RestRegistry();
    config.put("schema.registry.url", registry.url());
    config.put("retries.wait.ms", "1");
  }

  @AfterEach
  void stop() {
    registry.close();
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

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  private String sent() {
    serializer().serialize("t", "x");
    return registry.requests().get(0).authorization();
  }

  @Test
  void noCredentialsNoHeader() {
    assertThat(sent()).isNull();
  }

  @Test
  void userInfo() {
    config.put("basic.auth.credentials.source", "USER_INFO");
    config.put("basic.auth.user.info", "me:pass");
    assertThat(sent()).isEqualTo(basic("me:pass"));
  }

  @Test
  void userInfoOfTheUrl() {
    config.put("schema.registry.url", "http://me:p%40ss@localhost:" + registry.port() + "/");
    assertThat(sent()).isEqualTo(basic("me:p@ss"));
  }

  @Test
  void inheritedFromSasl() {
    config.put("basic.auth.credentials.source", "SASL_INHERIT");
    config.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"me\" password=\"pass\";");
    assertThat(sent()).isEqualTo(basic("me:pass"));
  }

  @Test
  void bearerToken() {
    config.put("bearer.auth.credentials.source", "STATIC_TOKEN");
    config.put("bearer.auth.token", "abc");
    assertThat(sent()).isEqualTo("Bearer abc");
  }

  @ParameterizedTest
  @CsvSource({
    "basic.auth.credentials.source, USER_INFO",
    "basic.auth.credentials.source, ELSEWHERE",
    "bearer.auth.credentials.source, OAUTHBEARER",
    "schema.registry.ssl.truststore.location, /nowhere/at.all",
    "http.read.timeout.ms, soon"
  })
  void settingsThatCannotBeHeeded(String key, String value) {
    config.put(key, value);
    assertThatThrownBy(this::serializer).isInstanceOf(ConfigException.class);
  }

  @Test
  void idsAreAskedForOnce() throws Exception {
    AvroSerializer serializer = serializer();
    AvroDeserializer deserializer = deserializer();
    var threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Object>> work =
          IntStream.range(0, 2_000)
              .<Callable<Object>>mapToObj(
                  i -> () -> deserializer.deserialize("t", serializer.serialize("t", "x" + i)))
              .toList();
      List<Object> values = new ArrayList<>();
      for (var done : threads.invokeAll(work)) {
        values.add(done.get());
      }
      assertThat(values)
          .containsExactlyElementsOf(IntStream.range(0, 2_000).mapToObj(i -> "x" + i).toList());
    } finally {
      threads.shutdown();
    }
    assertThat(registry.requests())
        .extracting(RestRegistry.Request::line)
        .containsExactlyInAnyOrder("POST /subjects/t-value/versions", "GET /schemas/ids/1");
  }

  @Test
  void passingFailuresAreTriedAgain() {
    registry.fail(3);
    assertThat(serializer().serialize("t", "x")).isNotEmpty();
    assertThat(registry.requests()).hasSize(4);
  }

  @Test
  void triesAreBounded() {
    registry.fail(100);
    AvroSerializer serializer = serializer();
    assertThatThrownBy(() -> serializer.serialize("t", "x"))
        .isInstanceOf(SchemaRegistryUnavailableException.class)
        .hasMessageContaining("t-value")
        .hasMessageContaining("503");
    assertThat(registry.requests()).hasSize(4);
  }

  @Test
  void theListIsFailedOverAndTheLivingOneRemembered() throws Exception {
    int closed;
    try (var gone = new RestRegistry()) {
      closed = gone.port();
    }
    config.put("schema.registry.url", "http://localhost:" + closed + ", " + registry.url());
    AvroSerializer serializer = serializer();
    serializer.serialize("t", "x");
    serializer.serialize("t", 1);
    assertThat(registry.requests()).hasSize(2);
  }

  @Test
  void silenceIsNotWaitedOutForever() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      config.put("schema.registry.url", "http://me:secret@localhost:" + silent.getLocalPort());
      config.put("http.read.timeout.ms", "50");
      config.put("schema.registry.request.timeout.total.ms", "120");
      AvroSerializer serializer = serializer();
      long start = System.nanoTime();
      assertThatThrownBy(() -> serializer.serialize("t", "x"))
          .isInstanceOf(SchemaRegistryUnavailableException.class)
          .hasMessageNotContaining("secret");
      assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }
  }

  @Test
  void anAnswerOfNoIsNotTriedAgain() {
    registry.answer(409, "{\"error_code\":409,\"message\":\"not compatible\"}");
    AvroSerializer serializer = serializer();
    assertThatThrownBy(() -> serializer.serialize("t", "x"))
        .isExactlyInstanceOf(SerializationException.class)
        .hasMessageContaining("t-value")
        .hasMessageContaining("not compatible");
    assertThat(registry.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void lockedOutSaysNothingOfTheRecord(int status) {
    registry.answer(status, "{\"error_code\":%d,\"message\":\"no\"}".formatted(status));
    AvroSerializer serializer = serializer();
    assertThatThrownBy(() -> serializer.serialize("t", "x"))
        .isInstanceOf(SchemaRegistryUnavailableException.class);
    assertThat(registry.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"200, <html>", "200, {}", "404, not found", "302, ''", "200, '[]'"})
  void answersOfSomethingElse(int status, String body) {
    registry.answer(status, body);
    AvroSerializer serializer = serializer();
    assertThatThrownBy(() -> serializer.serialize("t", "x"))
        .isInstanceOf(SchemaRegistryUnavailableException.class);
  }

  @Test
  void unknownIds() {
    AvroDeserializer deserializer = deserializer();
    assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 1, 2, 0}))
        .isExactlyInstanceOf(SerializationException.class)
        .hasMessageContaining("schema 258")
        .hasMessageContaining("40403");
  }

  @Test
  void otherKindsOfSchemas() {
    registry.answer(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message M {}\"}");
    AvroDeserializer deserializer = deserializer();
    assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 1, 0}))
        .isExactlyInstanceOf(SerializationException.class)
        .hasMessageContaining("PROTOBUF");
  }

  @Test
  void schemasThatAreNone() {
    registry.answer(200, "{\"schema\":\"{\\\"type\\\":\\\"nothing\\\"}\"}");
    AvroDeserializer deserializer = deserializer();
    assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 1, 0}))
        .isExactlyInstanceOf(SerializationException.class)
        .hasMessageContaining("no Avro schema");
  }

  @Test
  void referencesAreResolved() {
    registry.register(
        "inner", "{\"type\":\"record\",\"name\":\"Inner\",\"namespace\":\"a\",\"fields\":[]}");
    int id =
        registry.registerReferring(
            "{\"type\":\"record\",\"name\":\"Outer\",\"namespace\":\"a\",\"fields\":"
                + "[{\"name\":\"inner\",\"type\":\"a.Inner\"},{\"name\":\"n\",\"type\":\"int\"}]}",
            "a.Inner",
            "inner");
    var record =
        (GenericData.Record) deserializer().deserialize("t", new byte[] {0, 0, 0, 0, (byte) id, 6});
    assertThat(record.get("n")).isEqualTo(3);
  }
}
