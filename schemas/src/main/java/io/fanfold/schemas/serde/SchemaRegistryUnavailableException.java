package io.fanfold.schemas.serde;

import org.apache.kafka.common.KafkaException;

/**
 * The registry gave no usable answer: it could not be reached, failed, or did not let us in. This
 * says nothing about the record at hand, which is worth another try later; so it is no {@link
 * org.apache.kafka.common.errors.SerializationException}, which sends records to dead-letters.
 */
public final class SchemaRegistryUnavailableException extends KafkaException {

  private static final long serialVersionUID = 1L;

  SchemaRegistryUnavailableException(String message) {
    super(message);
  }

  SchemaRegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
