package io.fanfold.ingest.files;

import io.fanfold.schemas.RegisteredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One project's files. Changed by one thread, read by any. What a name stands for follows from the
 * files that there are, not from their history: compaction may take that away.
 */
final class ProjectFiles {

  private record Instance(String space, String externalId) {}

  private final String project;
  private final ConcurrentNavigableMap<Long, RegisteredFile> byId = new ConcurrentSkipListMap<>();

  // Nearly always a single id.
  private final ConcurrentMap<String, List<Long>> byExternalId = new ConcurrentHashMap<>();
  private final ConcurrentMap<Instance, List<Long>> byInstance = new ConcurrentHashMap<>();

  ProjectFiles(String project) {
    this.project = project;
  }

  void put(RegisteredFile file) {
    // One text for all of them.
    file.setProject(project);
    RegisteredFile before = byId.put(file.getId(), file);
    if (before != null) {
      removeNames(before);
    }
    addNames(file);
  }

  void remove(long id) {
    RegisteredFile before = byId.remove(id);
    if (before != null) {
      removeNames(before);
    }
  }

  Optional<RegisteredFile> get(long id) {
    return Optional.ofNullable(byId.get(id));
  }

  Optional<RegisteredFile> byExternalId(String externalId) {
    return greatest(byExternalId.get(externalId));
  }

  Optional<RegisteredFile> byInstance(String space, String externalId) {
    return greatest(byInstance.get(new Instance(space, externalId)));
  }

  /** Those with greater ids than this, by id. */
  List<RegisteredFile> after(long id, int limit) {
    return byId.tailMap(id, false).values().stream().limit(limit).toList();
  }

  private Optional<RegisteredFile> greatest(List<Long> ids) {
    return ids == null
        ? Optional.empty()
        : ids.stream().max(Long::compare).flatMap(id -> Optional.ofNullable(byId.get(id)));
  }

  private void addNames(RegisteredFile file) {
    if (file.getExternalId() != null) {
      add(byExternalId, file.getExternalId(), file.getId());
    }
    if (file.getInstanceSpace() != null) {
      add(byInstance, instance(file), file.getId());
    }
  }

  private void removeNames(RegisteredFile file) {
    if (file.getExternalId() != null) {
      remove(byExternalId, file.getExternalId(), file.getId());
    }
    if (file.getInstanceSpace() != null) {
      remove(byInstance, instance(file), file.getId());
    }
  }

  private static Instance instance(RegisteredFile file) {
    return new Instance(file.getInstanceSpace(), file.getInstanceExternalId());
  }

  private static <K> void add(ConcurrentMap<K, List<Long>> names, K name, long id) {
    names.merge(
        name,
        List.of(id),
        (ids, added) -> {
          var more = new ArrayList<>(ids);
          more.addAll(added);
          return List.copyOf(more);
        });
  }

  private static <K> void remove(ConcurrentMap<K, List<Long>> names, K name, long id) {
    names.computeIfPresent(
        name,
        (same, ids) -> {
          List<Long> left = ids.stream().filter(other -> other != id).toList();
          return left.isEmpty() ? null : left;
        });
  }
}
