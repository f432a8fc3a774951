package io.fanfold.standalone.registry;

import java.util.List;

/** Where the records are kept. Used by one thread at a time. */
interface SchemaLog extends AutoCloseable {

  /**
   * Takes the log over and reads it to its end. Needed before the first {@link #append} and again
   * after a failed one, whose record may or may not be in the log.
   *
   * @throws org.apache.kafka.common.KafkaException when it cannot be read
   */
  List<RegistryRecord> open();

  /**
   * Adds a record; when this returns it is kept.
   *
   * @throws org.apache.kafka.common.KafkaException when it is not known to be kept
   */
  void append(RegistryRecord record);

  @Override
  void close();
}
