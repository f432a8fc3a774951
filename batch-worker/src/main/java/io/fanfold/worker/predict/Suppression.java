package io.fanfold.worker.predict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Non-maximum suppression: of detections of one label that overlap, the best stays. */
final class Suppression {
  private Suppression() {}

  /** The survivors, best first. */
  static List<Detection> best(List<Detection> detections, float maxOverlap, int limit) {
    List<Detection> kept = new ArrayList<>();
    List<Detection> sorted = new ArrayList<>(detections);
    sorted.sort(Comparator.comparing(Detection::score).reversed());
    for (Detection candidate : sorted) {
      if (kept.size() == limit) {
        break;
      }
      boolean hidden =
          kept.stream()
              .anyMatch(k -> k.label() == candidate.label() && k.overlap(candidate) > maxOverlap);
      if (!hidden) {
        kept.add(candidate);
      }
    }
    return kept;
  }
}
