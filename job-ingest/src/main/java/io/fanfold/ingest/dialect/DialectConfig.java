package io.fanfold.ingest.dialect;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Configuration that all dialects share. */
public final class DialectConfig {

  public static final String OPEN = "dialects.open";

  private DialectConfig() {}

  public static ConfigDef define(ConfigDef definition) {
    return definition.define(
        OPEN,
        Type.BOOLEAN,
        false,
        Importance.MEDIUM,
        "Whether any well-formed credential of a dialect is taken. For a machine of one's own.");
  }
}
