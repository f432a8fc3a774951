package io.fanfold.ingest.dialect.rekognition;

import io.fanfold.kit.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The access keys that requests may be signed with. Never printed. */
final class AccessKeys {

  /**
   * @param project whose key it is
   */
  record Key(String project, String secret) {

    @Override
    public String toString() {
      return "Key[project=" + project + "]";
    }
  }

  private static final String FORM = "PROJECT:ACCESSKEYID:SECRET";

  private final Map<String, Key> keys;

  private AccessKeys(Map<String, Key> keys) {
    this.keys = keys;
  }

  /**
   * @param name of the configuration key
   * @param list comma-separated; null for none
   * @throws ConfigException when an entry is no key; its text is not repeated
   */
  static AccessKeys parse(String name, Password list) {
    var keys = new LinkedHashMap<String, Key>();
    String text = list == null ? "" : list.value();
    int nth = 0;
    for (String entry : text.isBlank() ? new String[0] : text.split(",")) {
      nth++;
      String[] parts = entry.trim().split(":", 3);
      if (parts.length < 3
          || !Names.isProject(parts[0])
          || !SigV4Header.isAccessKeyId(parts[1])
          || parts[2].isEmpty()) {
        throw new ConfigException(name, "[hidden]", "entry " + nth + " must be " + FORM);
      }
      if (keys.putIfAbsent(parts[1], new Key(parts[0], parts[2])) != null) {
        throw new ConfigException(name, "[hidden]", "entry " + nth + " repeats an access key id");
      }
    }
    return new AccessKeys(keys);
  }

  /** By access key id, which is no secret. */
  Optional<Key> find(String accessKeyId) {
    return Optional.ofNullable(keys.get(accessKeyId));
  }
}
