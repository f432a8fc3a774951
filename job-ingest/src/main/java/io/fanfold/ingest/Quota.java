package io.fanfold.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * A limit for every project.
 *
 * @param limit 0 means none
 * @param projects other limits for given projects
 */
record Quota(int limit, Map<String, Integer> projects) {

  static final Quota NONE = new Quota(0, Map.of());

  /**
   * @param key named when something is wrong
   * @param overrides as in {@code team:10}
   */
  static Quota of(String key, int limit, List<String> overrides) {
    var projects = new HashMap<String, Integer>();
    for (String override : overrides) {
      int colon = override.lastIndexOf(':');
      if (colon < 1 || !override.substring(colon + 1).trim().matches("[0-9]{1,9}")) {
        throw new ConfigException(key, override, "must be project:limit");
      }
      projects.put(
          override.substring(0, colon).trim(),
          Integer.valueOf(override.substring(colon + 1).trim()));
    }
    return new Quota(limit, Map.copyOf(projects));
  }

  /** The project's limit, or 0. */
  int of(String project) {
    return projects.getOrDefault(project, limit);
  }
}
