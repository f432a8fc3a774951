package io.fanfold.ingest;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Whose batch is handed out next. Projects take turns, however many jobs each has; in a project the
 * highest priority goes first, and jobs of the same priority take turns.
 */
final class Turns {

  private record Place(String project, int priority) {}

  private final Map<Long, Place> places = new HashMap<>();
  private final LinkedHashMap<String, TreeMap<Integer, LinkedHashSet<Long>>> projects =
      new LinkedHashMap<>();

  /** Lets a job take turns; nothing changes if it does already. */
  void add(long jobId, String project, int priority) {
    if (places.putIfAbsent(jobId, new Place(project, priority)) == null) {
      projects
          .computeIfAbsent(project, none -> new TreeMap<>())
          .computeIfAbsent(priority, none -> new LinkedHashSet<>())
          .add(jobId);
    }
  }

  void remove(long jobId) {
    Place place = places.remove(jobId);
    if (place == null) {
      return;
    }
    TreeMap<Integer, LinkedHashSet<Long>> priorities = projects.get(place.project);
    LinkedHashSet<Long> jobs = priorities.get(place.priority);
    jobs.remove(jobId);
    if (jobs.isEmpty()) {
      priorities.remove(place.priority);
      if (priorities.isEmpty()) {
        projects.remove(place.project);
      }
    }
  }

  /** The job whose turn it is; it stays, behind all others of its rank. */
  OptionalLong next() {
    var first = projects.entrySet().iterator();
    if (!first.hasNext()) {
      return OptionalLong.empty();
    }
    var project = first.next();
    first.remove();
    projects.put(project.getKey(), project.getValue());
    LinkedHashSet<Long> jobs = project.getValue().lastEntry().getValue();
    long jobId = jobs.iterator().next();
    jobs.remove(jobId);
    jobs.add(jobId);
    return OptionalLong.of(jobId);
  }

  int size() {
    return places.size();
  }
}
