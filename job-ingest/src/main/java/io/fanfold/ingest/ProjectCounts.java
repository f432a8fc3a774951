package io.fanfold.ingest;

import io.fanfold.schemas.ProjectUsage;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** How many jobs of each project are under way on one partition, and who was not told yet. */
final class ProjectCounts {

  private final Map<String, Long> active = new HashMap<>();
  // Also those whose number is the same again: whoever waits for it to move has to hear of it.
  private final Set<String> changed = new LinkedHashSet<>();

  /** Counts a job that was written down before. */
  void restore(String project) {
    active.merge(project, 1L, Long::sum);
  }

  void add(String project) {
    restore(project);
    changed.add(project);
  }

  void remove(String project) {
    active.computeIfPresent(project, (name, jobs) -> jobs == 1 ? null : jobs - 1);
    changed.add(project);
  }

  void write(SplitterOutput out) {
    for (String project : changed) {
      Long jobs = active.get(project);
      Instant now = Instant.ofEpochMilli(out.nowMs());
      out.usage(
          project, jobs == null ? null : new ProjectUsage(project, out.partition(), jobs, now));
    }
    changed.clear();
  }
}
