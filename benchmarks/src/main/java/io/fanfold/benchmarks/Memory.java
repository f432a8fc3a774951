package io.fanfold.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the processes take after all that was done to them. */
final class Memory {

  private Memory() {}

  static List<Measure> of(List<JvmProcess> processes) throws IOException, InterruptedException {
    var measures = new ArrayList<Measure>();
    for (JvmProcess process : processes) {
      double peak = process.statusKb("VmHWM") / 1024.0;
      double heap = process.heapAfterGcKb() / 1024.0;
      double resident = process.statusKb("VmRSS") / 1024.0;
      measures.add(
          Measure.of("memory", process.name() + ", resident", resident, "MiB")
              .noted("peak %.0f MiB".formatted(peak)));
      measures.add(Measure.of("memory", process.name() + ", heap after collection", heap, "MiB"));
    }
    return measures;
  }
}
