package io.fanfold.schemas.serde;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** What {@code mock://scope} names: a registry of this process, for tests. Accepts everything. */
final class InMemorySchemaRegistry implements SchemaRegistryClient {

  private static final Map<String, InMemorySchemaRegistry> SCOPES = new ConcurrentHashMap<>();

  private final List<String> schemas = new ArrayList<>();
  private final Map<String, Set<Integer>> subjects = new HashMap<>();

  static InMemorySchemaRegistry scope(String name) {
    return SCOPES.computeIfAbsent(name, scope -> new InMemorySchemaRegistry());
  }

  @Override
  public synchronized int register(String subject, String schema, boolean normalize) {
    int id = schemas.indexOf(schema) + 1;
    if (id == 0) {
      schemas.add(schema);
      id = schemas.size();
    }
    subjects.computeIfAbsent(subject, name -> new LinkedHashSet<>()).add(id);
    return id;
  }

  @Override
  public synchronized int find(String subject, String schema, boolean normalize) {
    int id = schemas.indexOf(schema) + 1;
    if (!subjects.getOrDefault(subject, Set.of()).contains(id)) {
      throw new SerializationException("subject %s does not have this schema".formatted(subject));
    }
    return id;
  }

  @Override
  public synchronized Schema byId(int id) {
    if (id < 1 || id > schemas.size()) {
      throw new SerializationException("there is no schema with id " + id);
    }
    return new Schema.Parser().setValidateDefaults(false).parse(schemas.get(id - 1));
  }
}
