package io.fanfold.ingest.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.kit.Names;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** Which credentials are whose: {@code project:key} pairs of a configuration key. Never printed. */
public final class Keys {

  private final Map<String, String> projectByKey;

  private Keys(Map<String, String> projectByKey) {
    this.projectByKey = projectByKey;
  }

  /**
   * @param name of the configuration key
   * @param pairs comma-separated; null for none. A key may have colons.
   * @throws ConfigException when one is no pair; its text is not repeated
   */
  public static Keys parse(String name, Password pairs) {
    var projects = new LinkedHashMap<String, String>();
    String text = pairs == null ? "" : pairs.value();
    int nth = 0;
    for (String pair : text.isBlank() ? new String[0] : text.split(",")) {
      nth++;
      int colon = pair.indexOf(':');
      String project = colon < 0 ? "" : pair.substring(0, colon).trim();
      String key = pair.substring(colon + 1).trim();
      if (!Names.isProject(project) || key.isEmpty()) {
        throw new ConfigException(name, "[hidden]", "entry " + nth + " must be PROJECT:KEY");
      }
      if (projects.putIfAbsent(key, project) != null) {
        throw new ConfigException(name, "[hidden]", "entry " + nth + " repeats a key");
      }
    }
    return new Keys(projects);
  }

  /** The project a key belongs to. All keys are looked at, so that time tells nothing. */
  public Optional<String> project(String key) {
    String found = null;
    byte[] given = key.getBytes(UTF_8);
    for (Map.Entry<String, String> entry : projectByKey.entrySet()) {
      if (MessageDigest.isEqual(entry.getKey().getBytes(UTF_8), given)) {
        found = entry.getValue();
      }
    }
    return Optional.ofNullable(found);
  }
}
