package io.fanfold.schemas.serde;

import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

/** Which subject of the registry a schema belongs to. */
enum SubjectNaming {
  TOPIC_NAME,
  RECORD_NAME,
  TOPIC_RECORD_NAME;

  private static final String CONFLUENT_PACKAGE = "io.confluent.kafka.serializers.subject.";

  /**
   * @param value Confluent's class name, with or without its package, or the class itself
   */
  static SubjectNaming parse(String key, Object value) {
    String name = value instanceof Class<?> type ? type.getName() : value.toString().strip();
    if (name.startsWith(CONFLUENT_PACKAGE)) {
      name = name.substring(CONFLUENT_PACKAGE.length());
    }
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "topicnamestrategy" -> TOPIC_NAME;
      case "recordnamestrategy" -> RECORD_NAME;
      case "topicrecordnamestrategy" -> TOPIC_RECORD_NAME;
      default ->
          throw new ConfigException(
              key,
              value,
              "must be TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy");
    };
  }

  String subject(String topic, boolean isKey, Schema schema) {
    return switch (this) {
      case TOPIC_NAME -> topic + (isKey ? "-key" : "-value");
      case RECORD_NAME -> recordName(schema);
      case TOPIC_RECORD_NAME -> topic + "-" + recordName(schema);
    };
  }

  private String recordName(Schema schema) {
    if (schema.getType() != Schema.Type.RECORD) {
      throw new SerializationException(
          "the subject is named after the record, and a %s is none"
              .formatted(schema.getType().getName()));
    }
    return schema.getFullName();
  }
}
