package io.fanfold.worker.predict;

import io.fanfold.schemas.Asset;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** One project's assets. Changed by one thread, read by any. */
final class ProjectTags {

  private final Map<Long, Asset> byId = new ConcurrentHashMap<>();
  private final Map<String, Set<Long>> exact = new ConcurrentHashMap<>();
  private final Map<String, Set<Long>> partial = new ConcurrentHashMap<>();

  void put(Asset asset) {
    remove(asset.getId());
    byId.put(asset.getId(), asset);
    exactKeys(asset).forEach(key -> add(exact, key, asset.getId()));
    partialKeys(asset).forEach(key -> add(partial, key, asset.getId()));
  }

  void remove(long id) {
    Asset before = byId.remove(id);
    if (before != null) {
      exactKeys(before).forEach(key -> remove(exact, key, id));
      partialKeys(before).forEach(key -> remove(partial, key, id));
    }
  }

  /** Assets with this tag, by id. */
  List<Long> exact(String text, Set<Long> subtrees) {
    return within(exact.get(TagText.key(text)), subtrees).sorted().toList();
  }

  /** The one asset whose tag this is a part of, if there is but one. */
  List<Long> partial(String text, Set<Long> subtrees) {
    List<Long> found = within(partial.get(TagText.key(text)), subtrees).toList();
    return found.size() == 1 ? found : List.of();
  }

  private Stream<Long> within(Set<Long> ids, Set<Long> subtrees) {
    return ids == null
        ? Stream.empty()
        : ids.stream().filter(id -> subtrees.isEmpty() || isBelow(id, subtrees));
  }

  /** Whether the asset, or one it is a part of, is among these. */
  private boolean isBelow(long id, Set<Long> roots) {
    // Nobody keeps parents from going in a circle.
    var seen = new HashSet<Long>();
    for (Long at = id; at != null && seen.add(at); ) {
      if (roots.contains(at)) {
        return true;
      }
      Asset asset = byId.get(at);
      at = asset == null ? null : asset.getParentId();
    }
    return false;
  }

  private static Set<String> exactKeys(Asset asset) {
    var keys = new LinkedHashSet<String>();
    tags(asset).map(TagText::key).filter(key -> !key.isEmpty()).forEach(keys::add);
    return keys;
  }

  private static Set<String> partialKeys(Asset asset) {
    var keys = new LinkedHashSet<String>();
    tags(asset).forEach(tag -> keys.addAll(TagText.partialKeys(tag)));
    return keys;
  }

  private static Stream<String> tags(Asset asset) {
    return Stream.concat(Stream.of(asset.getName()), asset.getAliases().stream());
  }

  private static void add(Map<String, Set<Long>> ids, String key, long id) {
    ids.merge(
        key,
        Set.of(id),
        (before, added) -> {
          var more = new HashSet<>(before);
          more.addAll(added);
          return Set.copyOf(more);
        });
  }

  private static void remove(Map<String, Set<Long>> ids, String key, long id) {
    ids.computeIfPresent(
        key,
        (same, before) -> {
          var left = new HashSet<>(before);
          left.remove(id);
          return left.isEmpty() ? null : Set.copyOf(left);
        });
  }
}
