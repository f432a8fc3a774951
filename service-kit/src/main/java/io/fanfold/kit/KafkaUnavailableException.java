package io.fanfold.kit;

/** Kafka did not answer, or refused, when a service needed it to start. */
public final class KafkaUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public KafkaUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
