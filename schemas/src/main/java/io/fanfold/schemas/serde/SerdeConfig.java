package io.fanfold.schemas.serde;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/**
 * Confluent's settings, as far as they are supported.
 *
 * @param registryUrls where the registry is, in the order to try
 * @param logicalTypes whether generic values hold Java's own types for logical types
 * @param settings everything, for what only the connection needs
 */
record SerdeConfig(
    List<String> registryUrls,
    SubjectNaming naming,
    boolean autoRegister,
    boolean normalize,
    boolean removeJavaProperties,
    boolean logicalTypes,
    boolean specific,
    Settings settings) {

  private static final String MOCK = "mock://";

  static SerdeConfig parse(Map<String, ?> configs, boolean isKey) {
    var settings = new Settings(configs);
    String namingKey = (isKey ? "key" : "value") + ".subject.name.strategy";
    return new SerdeConfig(
        urls(settings),
        settings
            .value(namingKey)
            .map(value -> SubjectNaming.parse(namingKey, value))
            .orElse(SubjectNaming.TOPIC_NAME),
        settings.flag("auto.register.schemas", true),
        settings.flag("normalize.schemas", false),
        settings.flag("avro.remove.java.properties", true),
        settings.flag("avro.use.logical.type.converters", false),
        settings.flag("specific.avro.reader", false),
        settings);
  }

  /** Settings that would write something else than asked for if they went unheeded. */
  void rejectUnsupportedForWriting() {
    for (String key : List.of("use.latest.version", "use.latest.with.metadata")) {
      if (settings.text(key).filter(text -> !text.equals("false")).isPresent()) {
        throw new ConfigException(key, settings.text(key).get(), "is not supported");
      }
    }
    if (settings.text("schema.reflection").filter(text -> !text.equals("false")).isPresent()) {
      throw new ConfigException("schema.reflection", "true", "is not supported");
    }
    settings
        .text("use.schema.id")
        .filter(id -> !id.equals("-1"))
        .ifPresent(
            id -> {
              throw new ConfigException("use.schema.id", id, "is not supported");
            });
  }

  SchemaRegistryClient registry() {
    String first = registryUrls.get(0);
    if (first.startsWith(MOCK)) {
      return InMemorySchemaRegistry.scope(first.substring(MOCK.length()));
    }
    return new HttpSchemaRegistryClient(RegistryConnection.open(registryUrls, settings));
  }

  private static List<String> urls(Settings settings) {
    String text =
        settings
            .text("schema.registry.url")
            .orElseThrow(() -> new ConfigException("schema.registry.url must be set"));
    List<String> urls =
        Stream.of(text.split(",")).map(String::strip).filter(url -> !url.isEmpty()).toList();
    long mocks = urls.stream().filter(url -> url.startsWith(MOCK)).count();
    if (urls.isEmpty() || (mocks > 0 && urls.size() > 1)) {
      // The value may hold a password.
      throw new ConfigException(
          "schema.registry.url must be one or more http(s) URLs, or one mock:// URL");
    }
    return urls;
  }
}
