package io.fanfold.pipeline;

import io.fanfold.aggregator.ResultAggregatorConfig;
import io.fanfold.ingest.JobIngestConfig;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.webhook.WebhookDispatcherConfig;
import io.fanfold.worker.BatchWorkerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/** {@code docs/configuration.md}: every key of every service. */
final class GeneratedDocsConfiguration {

  /** Keys handed on to the serializers, with one of each group that shows it is let through. */
  private static final Map<String, String> PASSED_TO_SERIALIZERS =
      Map.of(
          "schema.registry.*", "schema.registry.ssl.truststore.location",
          "basic.auth.*", "basic.auth.user.info",
          "bearer.auth.*", "bearer.auth.token",
          "avro.*", "avro.remove.java.properties",
          "auto.register.schemas", "auto.register.schemas",
          "normalize.schemas", "normalize.schemas",
          "value.serializer", "value.serializer",
          "value.deserializer", "value.deserializer",
          "value.subject.name.strategy", "value.subject.name.strategy");

  private static final String INTRODUCTION =
      """
      # Configuration

      Each service reads a properties file, named by its first argument or by `FANFOLD_CONFIG`, and then
      the environment, which wins: `http.port` is `FANFOLD_HTTP_PORT` there, in capitals and with `_` for
      every `.`, so that a `webhook.secrets` name with a capital or a `_` can be given in the file only.
      `FANFOLD_LOG_LEVEL` is not a key but the level of the log.

      A key nobody knows, a value out of range and a missing required key end the service with exit code
      2 and one line that names the key. Names and meanings of keys are public API.

      `fanfold up` sets addresses and directories itself and takes further keys as `--set KEY=VALUE`,
      each for the services that have it.

      """;

  private static final String GROUPS =
      """
      ## Keys that are passed on

      `kafka.NAME` is the setting `NAME` of every Kafka client and Streams application of the service, as
      in `kafka.security.protocol`, `kafka.sasl.jaas.config` or `kafka.ssl.truststore.location`. Where
      Fanfold sets the same setting itself (the class `KafkaClients`, with reasons), yours wins.

      The guarantees rest on these, so that naming one is an error, also behind a prefix of Streams such as
      `consumer.` or `main.consumer.`:

      %s

      These go to the serializers and the client of the schema registry; what they mean is in
      [decision 2](decisions/0002-own-avro-serializer.md):

      %s

      Settings of the registry client that Confluent names without a prefix, such as
      `http.read.timeout.ms`, are given with one: `schema.registry.http.read.timeout.ms`.
      """;

  private GeneratedDocsConfiguration() {}

  static String page() {
    var services = new LinkedHashMap<String, ConfigDef>();
    services.put("job-ingest", JobIngestConfig.definition());
    services.put("batch-worker", BatchWorkerConfig.definition());
    services.put("result-aggregator", ResultAggregatorConfig.definition());
    services.put("webhook-dispatcher", WebhookDispatcherConfig.definition());

    var text = new StringBuilder(INTRODUCTION);
    Map<String, ConfigKey> common = ServiceConfig.common(0).configKeys();
    text.append("## All services\n\n");
    table(text, common.values(), services);
    services.forEach(
        (name, definition) -> {
          var own = new ArrayList<>(definition.configKeys().values());
          own.removeIf(key -> common.containsKey(key.name));
          text.append("\n## ").append(name).append("\n\n");
          if (own.isEmpty()) {
            text.append("No keys of its own.\n");
          } else {
            table(text, own, Map.of());
          }
        });
    text.append('\n')
        .append(GROUPS.formatted(bullets("kafka.", reserved()), bullets("", passed())));
    return text.toString();
  }

  private static void table(
      StringBuilder text, Iterable<ConfigKey> keys, Map<String, ConfigDef> services) {
    text.append("| key | type | default | values | |\n|---|---|---|---|---|\n");
    for (ConfigKey key : keys) {
      text.append(
          "| `%s` | %s | %s | %s | %s |%n"
              .formatted(
                  key.name,
                  key.type.name().toLowerCase(Locale.ROOT),
                  key.name.equals(ServiceConfig.HTTP_PORT) ? ports(services) : defaultOf(key),
                  key.validator == null ? "" : range(key.validator.toString()),
                  GeneratedDocs.cell(key.documentation)));
    }
  }

  private static String ports(Map<String, ConfigDef> services) {
    var ports = new ArrayList<String>();
    services.forEach(
        (name, definition) ->
            ports.add(
                name + " " + definition.configKeys().get(ServiceConfig.HTTP_PORT).defaultValue));
    return String.join(", ", ports);
  }

  // ConfigDef writes [0,...,31], and [1024,...] when there is no upper end.
  private static String range(String text) {
    return text.replaceFirst("^\\[(.+),\\.\\.\\.,(.+)]$", "$1 to $2")
        .replaceFirst("^\\[(.+),\\.\\.\\.]$", "$1 or more");
  }

  private static String defaultOf(ConfigKey key) {
    if (!key.hasDefault()) {
      return "required";
    }
    String text =
        switch (key.type) {
          case LIST ->
              String.join(",", ((List<?>) key.defaultValue).stream().map(String::valueOf).toList());
          case PASSWORD -> "";
          default -> String.valueOf(key.defaultValue);
        };
    return text.isEmpty() ? "none" : "`" + text + "`";
  }

  /** Client settings that a service refuses, found by asking it. */
  private static Set<String> reserved() {
    var names = new TreeSet<>(ProducerConfig.configNames());
    names.addAll(ConsumerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    names.addAll(StreamsConfig.configDef().names());
    names.removeIf(name -> isAccepted("kafka." + name));
    return names;
  }

  private static Set<String> passed() {
    PASSED_TO_SERIALIZERS.forEach(
        (group, example) -> {
          if (!isAccepted(example)) {
            throw new AssertionError(group + " is not passed on");
          }
        });
    return new TreeSet<>(PASSED_TO_SERIALIZERS.keySet());
  }

  private static boolean isAccepted(String key) {
    try {
      ServiceConfig.of(
          ServiceConfig.common(0),
          Map.of(
              ServiceConfig.BOOTSTRAP_SERVERS,
              "broker:9092",
              ServiceConfig.SCHEMA_REGISTRY_URL,
              "http://registry:8081",
              key,
              "value"));
      return true;
    } catch (ConfigException e) {
      return false;
    }
  }

  private static String bullets(String prefix, Set<String> names) {
    return String.join("\n", names.stream().map(name -> "- `" + prefix + name + "`").toList());
  }
}
