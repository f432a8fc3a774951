package io.fanfold.pipeline;

import io.fanfold.kit.DeadLetters;
import io.fanfold.schemas.Topic;
import io.fanfold.schemas.Topics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** {@code docs/topics.md}: every topic, its key, its settings and the fields of its values. */
final class GeneratedDocsTopics {

  private static final String INTRODUCTION =
      """
      # Topics

      In the order a job flows through them. Keys are UTF-8 text, values Avro in the Confluent wire format
      under the subject `TOPIC-value`; the schemas are in `schemas/src/main/avro`. All of it is public API
      and changes compatibly. Consumers must read with `isolation.level=read_committed`.

      Services create missing topics when they start, with these settings and the partitions that
      `topic.partitions` says where it says so below, and leave existing ones as they are. Topics
      without `cleanup.policy=compact` lose records with time.
      """;

  private static final String DEAD_LETTERS =
      """

      ## dead-letters

      Records a service could not use, as they were found: key, value and headers. Not Avro. These headers
      are added: %s.

      | | |
      |---|---|
      | partitions | 1 |
      %s""";

  /** Types that several records use, in the order they were met. */
  private final Map<String, Schema> types = new LinkedHashMap<>();

  private final StringBuilder text = new StringBuilder(INTRODUCTION);

  private GeneratedDocsTopics() {}

  static String page() {
    var page = new GeneratedDocsTopics();
    Topics.all().forEach(page::topic);
    page.deadLetters();
    page.types();
    return page.text.toString();
  }

  private void topic(Topic<?> topic) {
    Schema schema = SpecificData.get().getSchema(topic.value());
    text.append("%n## %s%n%n%s%n%n".formatted(topic.name(), schema.getDoc()));
    text.append("| | |\n|---|---|\n");
    text.append("| key | %s |%n| value | %s |%n".formatted(topic.key(), schema.getName()));
    text.append(
        "| partitions | %s |%n"
            .formatted(
                topic.partitions() == Topics.PARTITIONS
                    ? "`topic.partitions`, " + Topics.PARTITIONS + " unless set"
                    : topic.partitions()));
    text.append(settings(topic.config())).append('\n');
    fields(schema);
  }

  private void deadLetters() {
    var headers =
        DeadLetters.headers("service", "topic", 0, 0, new RecordHeaders(), "error").toArray();
    text.append(
        DEAD_LETTERS.formatted(
            Arrays.stream(headers)
                .map(header -> "`" + header.key() + "`")
                .collect(Collectors.joining(", ")),
            settings(Topics.deadLettersConfig())));
  }

  private void types() {
    text.append("\n# Types\n");
    // Describing one may find more.
    for (int i = 0; i < types.size(); i++) {
      Schema type = types.values().stream().skip(i).findFirst().orElseThrow();
      text.append("%n## %s%n%n%s%n%n".formatted(type.getName(), type.getDoc()));
      if (type.getType() == Schema.Type.ENUM) {
        text.append("One of ").append(String.join(", ", type.getEnumSymbols()));
        text.append(". Readers that do not know a later one see ");
        text.append(type.getEnumDefault()).append(".\n");
      } else {
        fields(type);
      }
    }
  }

  private void fields(Schema record) {
    text.append("| field | type | default | |\n|---|---|---|---|\n");
    for (Schema.Field field : record.getFields()) {
      text.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  field.name(),
                  type(field.schema()),
                  field.hasDefaultValue() ? defaultOf(field) : "",
                  GeneratedDocs.cell(field.doc())));
    }
  }

  private String type(Schema schema) {
    if (schema.getLogicalType() != null) {
      return "long, " + schema.getLogicalType().getName();
    }
    return switch (schema.getType()) {
      case UNION -> schema.getTypes().stream().map(this::type).collect(Collectors.joining(" or "));
      case ARRAY -> "array of " + type(schema.getElementType());
      case MAP -> "map of " + type(schema.getValueType());
      case RECORD, ENUM -> {
        types.putIfAbsent(schema.getName(), schema);
        yield "[%s](#%s)".formatted(schema.getName(), schema.getName().toLowerCase(Locale.ROOT));
      }
      default -> schema.getType().getName();
    };
  }

  private static String defaultOf(Schema.Field field) {
    Object value = field.defaultVal();
    return "`" + (value == JsonProperties.NULL_VALUE ? "null" : value) + "`";
  }

  private static String settings(Map<String, String> config) {
    return new TreeMap<>(config)
        .entrySet().stream()
            .map(setting -> "| `%s` | %s |%n".formatted(setting.getKey(), setting.getValue()))
            .collect(Collectors.joining());
  }
}
