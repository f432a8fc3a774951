package io.fanfold.benchmarks;

import java.util.Arrays;
import java.util.List;

/** Repeated measurements of one thing, in any unit. */
final class Samples {

  private final double[] sorted;

  Samples(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
  }

  double median() {
    return percentile(50);
  }

  /** The smallest value that so many percent of all do not exceed. */
  double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }

  int count() {
    return sorted.length;
  }

  /** p50, p95 and p99 of milliseconds. */
  List<Measure> percentiles(String scenario, String what, String note) {
    return List.of(
        Measure.of(scenario, what + ", p50", percentile(50), "ms").noted(note),
        Measure.of(scenario, what + ", p95", percentile(95), "ms"),
        Measure.of(scenario, what + ", p99", percentile(99), "ms"));
  }
}
