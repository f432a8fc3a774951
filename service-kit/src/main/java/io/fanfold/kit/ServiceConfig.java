package io.fanfold.kit;

import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's configuration, in Kafka's own manner. Values come from, later wins: defaults, a
 * properties file, environment variables ({@code FANFOLD_HTTP_PORT} for {@code http.port}).
 *
 * <p>Three groups of keys are handed on and not defined here: {@code kafka.*} to every Kafka client
 * (without the prefix), the Schema Registry client's ({@code schema.registry.*}, {@code
 * basic.auth.*}, {@code auto.register.schemas} and so on) to the serializers. Client settings that
 * the guarantees rest on are refused, any other unknown key is an error.
 */
public final class ServiceConfig extends AbstractConfig {

  private static final Logger log = LoggerFactory.getLogger(ServiceConfig.class);

  public static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
  public static final String SCHEMA_REGISTRY_URL = "schema.registry.url";
  public static final String INSTANCE_ID = "instance.id";
  public static final String HTTP_HOST = "http.host";
  public static final String HTTP_PORT = "http.port";
  public static final String TOPIC_PARTITIONS = "topic.partitions";
  public static final String TOPIC_REPLICATION = "topic.replication.factor";
  public static final String STATE_DIR = "state.dir";

  private static final String KAFKA_PREFIX = "kafka.";
  private static final String ENV_PREFIX = "FANFOLD_";

  /** Variables that others read: this class itself, the logging configuration, the command. */
  private static final Set<String> OTHER_ENV =
      Set.of(ENV_PREFIX + "CONFIG", ENV_PREFIX + "LOG_LEVEL", ENV_PREFIX + "URL");

  private static final List<String> SERDE_PREFIXES =
      List.of(
          "schema.registry.",
          "basic.auth.",
          "bearer.auth.",
          "auto.register.schemas",
          "use.latest.version",
          "normalize.schemas",
          "avro.",
          "value.serializer",
          "value.deserializer",
          "value.subject.name.strategy");

  /** Client settings the guarantees rest on; set in one place, {@link KafkaClients}. */
  private static final Set<String> RESERVED =
      Set.of(
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
          "application.id");

  /** What Streams takes off a key before it hands it to one of its clients. */
  private static final Pattern CLIENT_PREFIX =
      Pattern.compile("^(?:(?:main|restore|global)\\.consumer|consumer|producer|admin)\\.");

  private final Map<String, Object> raw;

  private ServiceConfig(ConfigDef definition, Map<String, String> values) {
    super(definition, values, false);
    this.raw = Map.copyOf(values);
  }

  /** The keys every service has. */
  public static ConfigDef common(int defaultHttpPort) {
    return new ConfigDef()
        .define(
            BOOTSTRAP_SERVERS,
            Type.LIST,
            ConfigDef.NO_DEFAULT_VALUE,
            Importance.HIGH,
            "Kafka brokers to start from, as host:port, comma-separated.")
        .define(
            SCHEMA_REGISTRY_URL,
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            Importance.HIGH,
            "Schema Registry base URLs, comma-separated. Any registry that speaks Confluent's REST"
                + " API.")
        .define(
            INSTANCE_ID,
            Type.INT,
            0,
            Range.between(0, JobIds.MAX_INSTANCE),
            Importance.HIGH,
            "Number of this instance, 0 to 31; differs between instances of one service. It is part"
                + " of job ids and transactional ids.")
        .define(
            HTTP_HOST,
            Type.STRING,
            "127.0.0.1",
            Importance.MEDIUM,
            "Address the HTTP server binds. Nothing here authenticates callers: open it to networks"
                + " you trust only.")
        .define(
            HTTP_PORT,
            Type.INT,
            defaultHttpPort,
            Range.between(0, 65535),
            Importance.MEDIUM,
            "Port of the HTTP server; 0 picks a free one.")
        .define(
            TOPIC_PARTITIONS,
            Type.INT,
            Topics.PARTITIONS,
            Range.between(1, 10_000),
            Importance.MEDIUM,
            "Partitions of topics that are created because they are missing. Not for changing"
                + " existing topics.")
        .define(
            TOPIC_REPLICATION,
            Type.SHORT,
            (short) -1,
            Importance.MEDIUM,
            "Replication factor of topics that are created; -1 is the broker's default.")
        .define(
            STATE_DIR,
            Type.STRING,
            "/var/lib/fanfold",
            Importance.MEDIUM,
            "Directory of local state stores. They are rebuilt from topics when lost.");
  }

  /**
   * @param values explicit values, as a properties file would give them
   * @throws ConfigException naming the key that is missing, unknown, reserved or out of range
   */
  public static ServiceConfig of(ConfigDef definition, Map<String, String> values) {
    for (String key : new TreeSet<>(values.keySet())) {
      if (key.startsWith(KAFKA_PREFIX)) {
        String setting = key.substring(KAFKA_PREFIX.length());
        if (RESERVED.contains(CLIENT_PREFIX.matcher(setting).replaceFirst(""))) {
          throw new ConfigException(
              key + " cannot be configured: the pipeline's guarantees rest on its value");
        }
      } else if (!isKnown(definition, key)) {
        throw new ConfigException(key + " is not a known configuration key");
      }
    }
    return new ServiceConfig(definition, values);
  }

  /**
   * Reads the file named by the first argument or {@code FANFOLD_CONFIG}, then the environment.
   *
   * @throws ConfigException when the file cannot be read or a value is wrong
   */
  public static ServiceConfig load(ConfigDef definition, String[] args, Map<String, String> env) {
    var values = new HashMap<String, String>();
    String file = args.length > 0 ? args[0] : env.get(ENV_PREFIX + "CONFIG");
    if (file != null) {
      var properties = new Properties();
      try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new ConfigException("cannot read " + file + ": " + e);
      }
      properties.forEach((key, value) -> values.put(key.toString(), value.toString()));
    }
    env.forEach(
        (name, value) -> {
          if (name.startsWith(ENV_PREFIX) && !OTHER_ENV.contains(name)) {
            String key =
                name.substring(ENV_PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
            if (isKnown(definition, key)) {
              values.put(key, value);
            } else {
              // Not an error: orchestrators put variables named after services there.
              log.warn("the environment variable {} is no configuration key", name);
            }
          }
        });
    return of(definition, values);
  }

  /** Settings for every Kafka client: the {@code kafka.*} keys without their prefix. */
  Map<String, Object> kafkaOverrides() {
    var overrides = new HashMap<String, Object>();
    raw.forEach(
        (key, value) -> {
          if (key.startsWith(KAFKA_PREFIX)) {
            overrides.put(key.substring(KAFKA_PREFIX.length()), value);
          }
        });
    return overrides;
  }

  /** Settings for {@link io.fanfold.schemas.AvroCodec}: everything but the Kafka overrides. */
  public Map<String, Object> serdeSettings() {
    var settings = new HashMap<String, Object>();
    raw.forEach(
        (key, value) -> {
          if (SERDE_PREFIXES.stream().anyMatch(key::startsWith)) {
            settings.put(key, value);
          }
        });
    return settings;
  }

  /** Values by the rest of their key, for keys of the form {@code prefix.name}. */
  public Map<String, String> named(String prefix) {
    var found = new HashMap<String, String>();
    raw.forEach(
        (key, value) -> {
          if (key.startsWith(prefix + ".")) {
            found.put(key.substring(prefix.length() + 1), value.toString());
          }
        });
    return found;
  }

  public int instance() {
    return getInt(INSTANCE_ID);
  }

  /** Whether a service with this definition takes the key. */
  public static boolean isKnown(ConfigDef definition, String key) {
    return key.startsWith(KAFKA_PREFIX)
        || definition.names().contains(key)
        || SERDE_PREFIXES.stream().anyMatch(key::startsWith)
        || isPrefixed(definition, key);
  }

  // A definition announces a family of keys by one that ends in ".*".
  private static boolean isPrefixed(ConfigDef definition, String key) {
    return definition.names().stream()
        .anyMatch(
            name -> name.endsWith(".*") && key.startsWith(name.substring(0, name.length() - 1)));
  }
}
