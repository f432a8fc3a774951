package io.fanfold.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * How much is measured.
 *
 * @param jobs sizes of workload W, in jobs of 1,000 items
 * @param rounds measured rounds of a throughput, after one that does not count
 * @param items lengths of manifests, in items
 * @param samples sequential small jobs, after a quarter as many that do not count
 * @param seconds how long lookups are repeated, each kind
 * @param directory for manifests; readable by the services
 * @param progress where to say what is going on
 */
record Settings(
    List<Integer> jobs,
    int rounds,
    List<Long> items,
    int samples,
    int seconds,
    Path directory,
    PrintStream progress) {

  void say(String format, Object... arguments) {
    progress.println("bench: " + format.formatted(arguments));
  }
}
