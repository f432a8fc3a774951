package io.fanfold.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What processes work for something. Unlike the time it takes, this is much the same on a machine
 * that is busy otherwise.
 */
final class CpuTimes {

  private final List<JvmProcess> processes;
  private final Map<JvmProcess, Duration> before = new LinkedHashMap<>();
  private Duration ownBefore;

  CpuTimes(List<JvmProcess> processes) {
    this.processes = processes;
    restart();
  }

  /** Counts from now on. */
  void restart() {
    processes.forEach(process -> before.put(process, process.cpu()));
    ownBefore = own();
  }

  /** Microseconds for each of so many, by process; the one that measures comes last. */
  Map<String, Double> microsPer(double count) {
    var micros = new LinkedHashMap<String, Double>();
    before.forEach(
        (process, then) ->
            micros.put(process.name(), process.cpu().minus(then).toNanos() / 1e3 / count));
    if (!before.isEmpty()) {
      micros.put("clients", own().minus(ownBefore).toNanos() / 1e3 / count);
    }
    return micros;
  }

  private static Duration own() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
