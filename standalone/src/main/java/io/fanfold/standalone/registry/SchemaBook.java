package io.fanfold.standalone.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fanfold.standalone.registry.RegistryRecord.Level;
import io.fanfold.standalone.registry.RegistryRecord.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * What the registry knows, as a value: every change is a record, and a book with the record is
 * another book. Versions of a subject and ids are never used twice.
 */
final class SchemaBook {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TreeMap<String, TreeMap<Integer, Version>> subjects;
  private final Map<String, Compatibility> levels;
  private final Compatibility initialLevel;
  private final int lastId;

  private SchemaBook(
      TreeMap<String, TreeMap<Integer, Version>> subjects,
      Map<String, Compatibility> levels,
      Compatibility initialLevel,
      int lastId) {
    this.subjects = subjects;
    this.levels = levels;
    this.initialLevel = initialLevel;
    this.lastId = lastId;
  }

  /**
   * The book that the records tell, in their order.
   *
   * @param initialLevel the compatibility of every subject until a record says otherwise
   */
  static SchemaBook of(List<RegistryRecord> records, Compatibility initialLevel) {
    var subjects = new TreeMap<String, TreeMap<Integer, Version>>();
    var levels = new HashMap<String, Compatibility>();
    int lastId = 0;
    for (RegistryRecord record : records) {
      if (record instanceof Version version) {
        subjects
            .computeIfAbsent(version.subject(), name -> new TreeMap<>())
            .put(version.version(), version);
        lastId = Math.max(lastId, version.id());
      } else if (record instanceof Level level) {
        levels.put(level.subject(), level.level());
      }
    }
    return new SchemaBook(subjects, levels, initialLevel, lastId);
  }

  SchemaBook with(RegistryRecord record) {
    if (record instanceof Version version) {
      var changed = new TreeMap<>(subjects);
      var versions = new TreeMap<>(subjects.getOrDefault(version.subject(), new TreeMap<>()));
      versions.put(version.version(), version);
      changed.put(version.subject(), versions);
      return new SchemaBook(changed, levels, initialLevel, Math.max(lastId, version.id()));
    }
    var changed = new HashMap<>(levels);
    Level level = (Level) record;
    changed.put(level.subject(), level.level());
    return new SchemaBook(subjects, changed, initialLevel, lastId);
  }

  /** Names of the subjects with a version, sorted. */
  List<String> subjects() {
    return subjects.keySet().stream().filter(subject -> !alive(subject).isEmpty()).toList();
  }

  /** The versions of a subject, oldest first, at least one. */
  List<Version> versions(String subject) {
    List<Version> alive = alive(subject);
    if (alive.isEmpty()) {
      throw RegistryProblem.noSubject(subject);
    }
    return alive;
  }

  /**
   * One version of a subject.
   *
   * @param name a number from 1, or {@code latest}, or -1 for the same
   */
  Version version(String subject, String name) {
    int number = number(name);
    List<Version> versions = versions(subject);
    if (number == -1) {
      return versions.get(versions.size() - 1);
    }
    return versions.stream()
        .filter(version -> version.version() == number)
        .findFirst()
        .orElseThrow(() -> RegistryProblem.noVersion(number));
  }

  /** Every version with this id, at least one. */
  List<Version> withId(int id) {
    List<Version> found =
        subjects.keySet().stream()
            .flatMap(subject -> alive(subject).stream())
            .filter(version -> version.id() == id)
            .toList();
    if (found.isEmpty()) {
      throw RegistryProblem.noSchema(id);
    }
    return found;
  }

  /**
   * The version a schema is or becomes. It is there already if it is one of {@link #versions};
   * otherwise it is to be recorded.
   *
   * @param normalize whether the order of a schema's properties is of no account
   * @throws RegistryProblem 42201 when it is no schema, 409 when it is not compatible
   */
  Version register(String subject, String schema, boolean normalize) {
    Schema parsed = parse(schema);
    String text = parsed.toString();
    Optional<Version> known = find(subject, text, normalize);
    if (known.isPresent()) {
      return known.get();
    }
    Compatibility level = level(subject);
    List<String> violations = level.violations(parsed, parsed(alive(subject)));
    if (!violations.isEmpty()) {
      throw RegistryProblem.incompatible(
          "Schema being registered is incompatible with an earlier schema for subject \"%s\", compatibility %s: %s"
              .formatted(subject, level, String.join("; ", violations)));
    }
    TreeMap<Integer, Version> all = subjects.get(subject);
    int number = all == null ? 1 : all.lastKey() + 1;
    return new Version(subject, number, idOf(text), text, false);
  }

  /**
   * @throws RegistryProblem 40401 without the subject, 40403 without the schema in it
   */
  Version lookup(String subject, String schema, boolean normalize) {
    versions(subject);
    return find(subject, parse(schema).toString(), normalize)
        .orElseThrow(RegistryProblem::noSchema);
  }

  /** What keeps a schema from following one version of a subject. */
  List<String> violations(String subject, String version, String schema) {
    Schema parsed = parse(schema);
    return level(subject).violations(parsed, parsed(List.of(version(subject, version))));
  }

  /** What keeps a schema from being registered. */
  List<String> violations(String subject, String schema) {
    Schema parsed = parse(schema);
    return level(subject).violations(parsed, parsed(versions(subject)));
  }

  Compatibility level() {
    return levels.getOrDefault(null, initialLevel);
  }

  /** The level in force for a subject, its own or the common one. */
  Compatibility level(String subject) {
    return ownLevel(subject).orElseGet(this::level);
  }

  Optional<Compatibility> ownLevel(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  private List<Version> alive(String subject) {
    TreeMap<Integer, Version> versions = subjects.get(subject);
    return versions == null
        ? List.of()
        : versions.values().stream().filter(version -> !version.deleted()).toList();
  }

  private Optional<Version> find(String subject, String text, boolean normalize) {
    JsonNode tree = normalize ? tree(text) : null;
    return alive(subject).stream()
        .filter(
            version ->
                version.schema().equals(text)
                    || (tree != null && tree.equals(tree(version.schema()))))
        .findFirst();
  }

  /** The id the schema has anywhere, or a fresh one. */
  private int idOf(String text) {
    for (TreeMap<Integer, Version> versions : subjects.values()) {
      for (Version version : versions.values()) {
        if (!version.deleted() && version.schema().equals(text)) {
          return version.id();
        }
      }
    }
    return lastId + 1;
  }

  private static List<Schema> parsed(List<Version> versions) {
    var schemas = new ArrayList<Schema>();
    for (Version version : versions) {
      schemas.add(parse(version.schema()));
    }
    return schemas;
  }

  private static Schema parse(String schema) {
    try {
      return new Schema.Parser().setValidateDefaults(false).parse(schema);
    } catch (RuntimeException e) {
      // Avro's own exceptions, and NullPointerException for an unknown type.
      throw RegistryProblem.invalidSchema(
          "Input schema is an invalid Avro schema: " + e.getMessage());
    }
  }

  private static int number(String name) {
    if (name.equals("latest") || name.equals("-1")) {
      return -1;
    }
    try {
      int number = Integer.parseInt(name);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw RegistryProblem.invalidVersion(name);
    }
    throw RegistryProblem.invalidVersion(name);
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw RegistryProblem.invalidSchema("Input schema is not JSON: " + e.getMessage());
    }
  }
}
