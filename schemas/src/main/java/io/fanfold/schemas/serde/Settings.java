package io.fanfold.schemas.serde;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Typed reading of a Kafka configuration. */
record Settings(Map<String, ?> values) {

  Optional<Object> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  Optional<String> text(String key) {
    return value(key)
        .map(value -> value instanceof Password secret ? secret.value() : value.toString().strip())
        .filter(text -> !text.isEmpty());
  }

  /** Confluent's registry settings are taken with and without the prefix. */
  Optional<String> registryText(String key) {
    return text(key).or(() -> text("schema.registry." + key));
  }

  boolean flag(String key, boolean otherwise) {
    return text(key)
        .map(
            text ->
                switch (text.toLowerCase(Locale.ROOT)) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new ConfigException(key, text, "must be true or false");
                })
        .orElse(otherwise);
  }

  int registryNumber(String key, int otherwise, int least, int most) {
    Optional<String> text = registryText(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ConfigException(key, text.get(), "must be a whole number");
    }
    throw new ConfigException(key, text.get(), "must be %d to %d".formatted(least, most));
  }
}
