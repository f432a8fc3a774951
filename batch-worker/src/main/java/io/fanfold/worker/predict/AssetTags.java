package io.fanfold.worker.predict;

import io.fanfold.schemas.Asset;
import io.fanfold.schemas.FailureCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Every project's assets by their tags, as far as they are known here. */
public final class AssetTags {

  /**
   * @param partial whether only a part of the tag was there
   */
  record Match(long assetId, boolean partial) {}

  private final BooleanSupplier ready;
  private final Map<String, ProjectTags> projects = new ConcurrentHashMap<>();

  /**
   * @param ready whether all assets are known that were there at the start
   */
  public AssetTags(BooleanSupplier ready) {
    this.ready = ready;
  }

  /** Called by one thread at a time. */
  public void put(Asset asset) {
    projects.computeIfAbsent(asset.getProject(), project -> new ProjectTags()).put(asset);
  }

  /** Called by one thread at a time. */
  public void remove(String project, long id) {
    ProjectTags tags = projects.get(project);
    if (tags != null) {
      tags.remove(id);
    }
  }

  /** How many projects have some. */
  public int projects() {
    return projects.size();
  }

  /**
   * The assets whose tag a text is, several when they share it.
   *
   * @param partial whether a part of a tag will do, where it can be only one asset's
   * @param subtrees only assets that are among these or parts of them; empty for all
   * @throws PredictionException MODEL_UNAVAILABLE, which passes, while assets are read
   */
  List<Match> find(String project, String text, boolean partial, Set<Long> subtrees)
      throws PredictionException {
    if (!ready.getAsBoolean()) {
      throw new PredictionException(
          FailureCode.MODEL_UNAVAILABLE, "assets are not read to their end yet", true, null);
    }
    ProjectTags tags = projects.get(project);
    if (tags == null) {
      return List.of();
    }
    List<Long> exact = tags.exact(text, subtrees);
    if (!exact.isEmpty() || !partial) {
      return exact.stream().map(id -> new Match(id, false)).toList();
    }
    return tags.partial(text, subtrees).stream().map(id -> new Match(id, true)).toList();
  }
}
