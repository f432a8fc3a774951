package io.fanfold.standalone.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** What a new version of a subject must be able to do, by the API's names. */
enum Compatibility {
  NONE(false, false, false),
  BACKWARD(true, false, false),
  BACKWARD_TRANSITIVE(true, false, true),
  FORWARD(false, true, false),
  FORWARD_TRANSITIVE(false, true, true),
  FULL(true, true, false),
  FULL_TRANSITIVE(true, true, true);

  private final boolean readsOld;
  private final boolean readByOld;
  private final boolean transitive;

  Compatibility(boolean readsOld, boolean readByOld, boolean transitive) {
    this.readsOld = readsOld;
    this.readByOld = readByOld;
    this.transitive = transitive;
  }

  static Optional<Compatibility> parse(String name) {
    for (Compatibility level : values()) {
      if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  /**
   * What is wrong with a new version; nothing if it is compatible.
   *
   * @param earlier the versions so far, oldest first
   */
  List<String> violations(Schema fresh, List<Schema> earlier) {
    List<Schema> relevant =
        transitive || earlier.isEmpty()
            ? earlier
            : earlier.subList(earlier.size() - 1, earlier.size());
    var found = new ArrayList<String>();
    for (Schema old : relevant) {
      if (readsOld) {
        addUnreadable(fresh, old, "the new schema cannot read data of the old", found);
      }
      if (readByOld) {
        addUnreadable(old, fresh, "the old schema cannot read data of the new", found);
      }
    }
    return found;
  }

  private static void addUnreadable(Schema reader, Schema writer, String what, List<String> found) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    for (var incompatibility : result.getIncompatibilities()) {
      found.add(
          "%s: %s at %s, %s"
              .formatted(
                  what,
                  incompatibility.getType(),
                  incompatibility.getLocation(),
                  incompatibility.getMessage()));
    }
  }
}
