package io.fanfold.pipeline;

import io.fanfold.kit.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;

/** {@code docs/metrics.md}: every metric of our own, and what must add up. */
final class GeneratedDocsMetrics {

  private static final String SOURCE = "service-kit/src/main/java/io/fanfold/kit/Meters.java";

  private static final String INTRODUCTION =
      """
      # Metrics

      Every service answers `GET /metrics` in Prometheus' text format. Besides those below it has the
      metrics of its Kafka clients and Streams applications (`kafka_*`), of its JVM (`jvm_*`) and of its
      processor (`process_*`, `system_*`). Services that share a process, as in `fanfold up`, share one
      set of metrics. Counters start at 0 with the process. Names, tags and meanings are public API.

      | metric | type | tags | |
      |---|---|---|---|
      """;

  private static final String EQUATIONS =
      """

      ## What must add up

      Summed over all instances since the topics were empty, when nothing is under way and no process
      has died since:

      ```
      %s
      ```

      A timer is the three metrics `_count`, `_sum` and `_max`. A process that was killed takes its
      counters with it, and its successor counts again what had not been committed, so these are for
      finding what is stuck and not for accounts. Exact numbers are in the job states.
      """;

  private GeneratedDocsMetrics() {}

  static String page() throws IOException {
    var text = new StringBuilder(INTRODUCTION);
    for (Meters meter : Meters.values()) {
      text.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  prometheusName(meter),
                  meter.type().name().toLowerCase(Locale.ROOT),
                  String.join(", ", meter.tags()),
                  GeneratedDocs.cell(meter.description())));
    }
    return text.append(EQUATIONS.formatted(equations())).toString();
  }

  static String prometheusName(Meters meter) {
    String name = meter.id().replace('.', '_');
    return switch (meter.type()) {
      case COUNTER -> name + "_total";
      case TIMER -> name + "_seconds";
      case GAUGE -> name;
    };
  }

  // They stand where the metrics are declared, as a comment.
  private static String equations() throws IOException {
    String source = Files.readString(GeneratedDocs.ROOT.resolve(SOURCE));
    int start = source.indexOf("<pre>");
    int end = source.indexOf("</pre>", start);
    if (start < 0 || end < 0) {
      throw new AssertionError(SOURCE + " has no equations");
    }
    return source.substring(start + "<pre>".length(), end).replaceAll("(?m)^ \\* ?", "").strip();
  }
}
