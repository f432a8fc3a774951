package io.fanfold.schemas.serde;

import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What serializers need of a registry. Nothing is cached here. All methods throw {@link
 * SchemaRegistryUnavailableException} when the registry gives no answer, and {@link
 * SerializationException} when its answer is no. Safe for use by several threads.
 */
interface SchemaRegistryClient {

  /**
   * The id of the schema, which is added to the subject unless it is there.
   *
   * @param schema the schema as JSON
   * @param normalize whether the registry compares by normal form
   */
  int register(String subject, String schema, boolean normalize);

  /** The id of a schema that must be in the subject. */
  int find(String subject, String schema, boolean normalize);

  /** The schema with this id. */
  Schema byId(int id);
}
