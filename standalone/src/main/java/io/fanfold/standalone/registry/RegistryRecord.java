package io.fanfold.standalone.registry;

/** One fact of the log. */
sealed interface RegistryRecord {

  /**
   * A version of a subject.
   *
   * @param version 1 for the first
   * @param schema the schema as JSON
   * @param deleted whether it only keeps its number and id from being used again
   */
  record Version(String subject, int version, int id, String schema, boolean deleted)
      implements RegistryRecord {}

  /**
   * A compatibility level.
   *
   * @param subject null for the level of every subject without its own
   */
  record Level(String subject, Compatibility level) implements RegistryRecord {}
}
