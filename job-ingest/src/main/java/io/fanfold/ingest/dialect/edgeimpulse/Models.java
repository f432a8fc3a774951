package io.fanfold.ingest.dialect.edgeimpulse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;

/** Which trained model an impulse of a project is. */
final class Models {

  private static final String ANY = "*";

  private final Map<String, String> uris;

  private Models(Map<String, String> uris) {
    this.uris = uris;
  }

  /**
   * @param entries as in {@code 42/1=file:///models/motion.json}; * is any project, or impulse
   */
  static Models parse(String name, List<String> entries) {
    var uris = new HashMap<String, String>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      String at = equals < 0 ? "" : entry.substring(0, equals).strip();
      String uri = entry.substring(equals + 1).strip();
      if (!at.matches("(\\*|[0-9]+)/(\\*|[0-9]+)") || uri.isEmpty()) {
        throw new ConfigException(name, entry, "must be PROJECT/IMPULSE=URI");
      }
      if (uris.putIfAbsent(at, uri) != null) {
        throw new ConfigException(name, entry, "there is another one for " + at);
      }
    }
    return new Models(uris);
  }

  /** The model's URI; the entry that says the most holds, the project before the impulse. */
  Optional<String> uri(String project, long impulse) {
    return Stream.of(
            project + "/" + impulse, project + "/" + ANY, ANY + "/" + impulse, ANY + "/" + ANY)
        .map(uris::get)
        .filter(Objects::nonNull)
        .findFirst();
  }
}
