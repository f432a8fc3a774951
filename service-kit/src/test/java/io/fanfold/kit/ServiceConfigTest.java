package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServiceConfigTest {

  private static final Map<String, String> REQUIRED =
      Map.of("bootstrap.servers", "a:9092,b:9092", "schema.registry.url", "http://localhost:8081");

  @TempDir Path directory;

  @Test
  void defaults_hold_where_nothing_is_said() {
    ServiceConfig config = of(Map.of());

    assertThat(config.getInt(ServiceConfig.HTTP_PORT)).isEqualTo(8080);
    assertThat(config.getString(ServiceConfig.HTTP_HOST)).isEqualTo("127.0.0.1");
    assertThat(config.instance()).isZero();
    assertThat(config.getList(ServiceConfig.BOOTSTRAP_SERVERS)).containsExactly("a:9092", "b:9092");
  }

  @Test
  void the_file_wins_over_defaults_and_the_environment_over_the_file() throws Exception {
    Path file = file("http.port=7001", "instance.id=3", "bootstrap.servers=file:1");
    var env =
        Map.of(
            "FANFOLD_HTTP_PORT", "7002",
            "FANFOLD_SCHEMA_REGISTRY_URL", "http://env",
            "PATH", "/bin");

    ServiceConfig config = load(new String[] {file.toString()}, env);

    assertThat(config.getInt(ServiceConfig.HTTP_PORT)).isEqualTo(7002);
    assertThat(config.instance()).isEqualTo(3);
    assertThat(config.getString(ServiceConfig.SCHEMA_REGISTRY_URL)).isEqualTo("http://env");
    assertThat(config.getString(ServiceConfig.HTTP_HOST)).isEqualTo("127.0.0.1");
  }

  @Test
  void the_environment_may_name_the_file_and_an_argument_wins_over_it() throws Exception {
    Path named = file("http.port=7001");
    Path given = Files.writeString(directory.resolve("given.properties"), "http.port=7009");
    var env = new HashMap<>(Map.of("FANFOLD_CONFIG", named.toString()));
    REQUIRED.forEach(
        (key, value) ->
            env.put("FANFOLD_" + key.toUpperCase(java.util.Locale.ROOT).replace('.', '_'), value));

    assertThat(load(new String[0], env).getInt(ServiceConfig.HTTP_PORT)).isEqualTo(7001);
    assertThat(load(new String[] {given.toString()}, env).getInt(ServiceConfig.HTTP_PORT))
        .isEqualTo(7009);
  }

  @Test
  void the_log_level_is_no_configuration_key() throws Exception {
    // logback.xml reads it.
    ServiceConfig config =
        load(
            new String[] {file("bootstrap.servers=a:1", "schema.registry.url=mock://a").toString()},
            Map.of("FANFOLD_LOG_LEVEL", "DEBUG"));

    assertThat(config.originals()).doesNotContainKey("log.level");
  }

  @Test
  void a_file_that_is_not_there_is_named() {
    assertThatThrownBy(() -> load(new String[] {"/no/such/file"}, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/no/such/file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bootstrap.servers", "schema.registry.url"})
  void a_missing_required_key_is_named(String key) {
    var values = new HashMap<>(REQUIRED);
    values.remove(key);

    assertThatThrownBy(() -> ServiceConfig.of(ServiceConfig.common(8080), values))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http.prot", "HTTP.PORT", "kafka", "log.level", "webhook.secret.a", "", "http"})
  void an_unknown_key_is_named(String key) {
    assertThatThrownBy(() -> of(Map.of(key, "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(key + " is not a known configuration key");
  }

  @Test
  void variables_an_orchestrator_names_after_services_stop_nobody() {
    ServiceConfig config =
        load(
            new String[0],
            Map.of(
                "FANFOLD_BOOTSTRAP_SERVERS",
                "a:1",
                "FANFOLD_SCHEMA_REGISTRY_URL",
                "http://b",
                "FANFOLD_JOB_INGEST_SERVICE_HOST",
                "10.0.0.7"));

    assertThat(config.originals()).containsOnlyKeys("bootstrap.servers", "schema.registry.url");
  }

  @ParameterizedTest
  @CsvSource({
    "http.port, 65536",
    "http.port, -1",
    "http.port, eighty",
    "instance.id, 32",
    "instance.id, -1",
    "topic.partitions, 0",
    "topic.partitions, 10001",
    "topic.replication.factor, many",
  })
  void a_value_out_of_range_names_its_key(String key, String value) {
    assertThatThrownBy(() -> of(Map.of(key, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bootstrap.servers",
        "acks",
        "enable.idempotence",
        "transactional.id",
        "isolation.level",
        "enable.auto.commit",
        "auto.offset.reset",
        "group.id",
        "key.serializer",
        "value.serializer",
        "key.deserializer",
        "value.deserializer",
        "processing.guarantee",
        "application.id",
        // Streams hands these on to its clients without their prefix.
        "consumer.isolation.level",
        "main.consumer.isolation.level",
        "restore.consumer.isolation.level",
        "global.consumer.auto.offset.reset",
        "main.consumer.auto.offset.reset",
        "producer.acks",
        "producer.enable.idempotence",
        "admin.bootstrap.servers",
      })
  void client_settings_the_guarantees_rest_on_are_refused(String key) {
    assertThatThrownBy(() -> of(Map.of("kafka." + key, "anything")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("kafka." + key + " cannot be configured");
  }

  @Test
  void other_client_settings_are_handed_on_without_their_prefix() {
    ServiceConfig config =
        of(Map.of("kafka.security.protocol", "SSL", "kafka.ssl.key.password", "secret"));

    assertThat(config.kafkaOverrides())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("security.protocol", "SSL", "ssl.key.password", "secret"));
    assertThat(config.serdeSettings()).containsOnlyKeys("schema.registry.url");
  }

  @Test
  void serializer_settings_are_handed_on_as_they_are() {
    ServiceConfig config =
        of(
            Map.of(
                "basic.auth.credentials.source", "USER_INFO",
                "auto.register.schemas", "false",
                "kafka.linger.ms", "1",
                "http.port", "1"));

    assertThat(config.serdeSettings())
        .containsOnlyKeys(
            "schema.registry.url", "basic.auth.credentials.source", "auto.register.schemas");
  }

  @Test
  void a_family_of_keys_is_found_by_the_rest_of_its_names() {
    ConfigDef definition =
        ServiceConfig.common(1)
            .define(
                "webhook.secret.*", ConfigDef.Type.STRING, "", ConfigDef.Importance.LOW, "Secrets");
    var values = new HashMap<>(REQUIRED);
    values.put("webhook.secret.one", "1");
    values.put("webhook.secret.two.three", "23");

    assertThat(ServiceConfig.of(definition, values).named("webhook.secret"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("one", "1", "two.three", "23"));
    values.put("webhook.secrets", "x");
    assertThatThrownBy(() -> ServiceConfig.of(definition, values))
        .hasMessageContaining("webhook.secrets");
  }

  private Path file(String... lines) throws Exception {
    return Files.write(directory.resolve("service.properties"), List.of(lines));
  }

  private static ServiceConfig load(String[] args, Map<String, String> env) {
    return ServiceConfig.load(ServiceConfig.common(8080), args, env);
  }

  private static ServiceConfig of(Map<String, String> more) {
    var values = new HashMap<>(REQUIRED);
    values.putAll(more);
    return ServiceConfig.of(ServiceConfig.common(8080), values);
  }
}
