package io.fanfold.benchmarks;

import io.fanfold.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code build-bin/bench} command. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Fanfold from outside and prints a table.",
      "Without addresses it starts a broker and all services as processes on this machine. A"
          + " cluster that is measured by its addresses must have the NoOp feature: put the"
          + " benchmarks jar on the class path of its workers."
    })
final class BenchMain implements Callable<Integer> {

  private static final List<String> ALL =
      List.of("throughput", "floor", "latency", "manifest", "fair", "lookups", "webhooks");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description =
          "throughput, floor, latency, manifest, fair, lookups, webhooks (default: all but floor and"
              + " webhooks).")
  private List<String> names = List.of("throughput", "latency", "manifest", "fair", "lookups");

  @Option(names = "--url", paramLabel = "URL", description = "job-ingest of a running cluster.")
  private URI url;

  @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Its broker.")
  private String kafka;

  @Option(names = "--registry", paramLabel = "URL", description = "Its schema registry.")
  private String registry;

  @Option(
      names = "--jobs",
      split = ",",
      defaultValue = "100,1000",
      description = "Sizes of the workload, in jobs of 1,000 items (default: ${DEFAULT-VALUE}).")
  private List<Integer> jobs;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds of a throughput; the median counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--items",
      split = ",",
      defaultValue = "1000000",
      description = "Lengths of manifests, in items (default: ${DEFAULT-VALUE}).")
  private List<Long> items;

  @Option(
      names = "--samples",
      defaultValue = "200",
      description = "Small jobs for latencies (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description = "How long each kind of lookup is repeated (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--jvm",
      paramLabel = "OPTION",
      defaultValue = "-Xmx512m",
      description = "JVM option of each process; may be repeated (default: ${DEFAULT-VALUE}).")
  private List<String> jvmOptions;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A configuration key of the services; may be repeated.")
  private Map<String, String> overrides = Map.of();

  @Option(
      names = "--jfr",
      paramLabel = "DIR",
      description = "Write a flight recording of each process there.")
  private Path recordings;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep data and logs there (default: a temporary directory).")
  private Path keep;

  @Option(
      names = "--webhook-port",
      defaultValue = "0",
      description = "Where webhooks are received; 0 for a free port (default: ${DEFAULT-VALUE}).")
  private int webhookPort;

  @Option(names = "--json", description = "Print one line of JSON instead of the table.")
  private boolean json;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new BenchMain()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    for (String name : names) {
      if (!ALL.contains(name)) {
        throw new ParameterException(spec.commandLine(), "no scenario " + name);
      }
    }
    boolean remote = url != null || kafka != null || registry != null;
    if (remote && (url == null || kafka == null || registry == null)) {
      throw new ParameterException(spec.commandLine(), "--url, --kafka and --registry go together");
    }
    Path directory =
        keep == null ? Files.createTempDirectory("fanfold-bench-") : Files.createDirectories(keep);
    try {
      return remote
          ? measure(new Installation(url, kafka, registry, List.of()), directory)
          : measureLocal(directory.toAbsolutePath());
    } finally {
      if (keep == null) {
        remove(directory);
      }
    }
  }

  private int measureLocal(Path directory) throws IOException, InterruptedException {
    try (var local = new LocalInstallation(directory, jvmOptions, recordings, overrides)) {
      return measure(local.start(), directory);
    }
  }

  private int measure(Installation installation, Path directory)
      throws IOException, InterruptedException {
    var settings = new Settings(jobs, rounds, items, samples, seconds, directory, System.err);
    var report = new Report(setting(installation.processes()));
    for (String name : names) {
      try {
        report.add(scenario(name).run(installation, settings));
      } catch (ScenarioException e) {
        settings.say("%s: not measured: %s", name, e.getMessage());
        report.missing(name, e.getMessage());
      }
    }
    report.add(Memory.of(installation.processes()));
    System.out.println(json ? report.json() : report.markdown());
    return report.isWhole() ? 0 : 1;
  }

  private Scenario scenario(String name) {
    return switch (name) {
      case "throughput" -> new ThroughputScenario();
      case "floor" -> new FloorScenario();
      case "latency" -> new LatencyScenario(webhookPort);
      case "manifest" -> new ManifestScenario();
      case "fair" -> new FairScenario();
      case "lookups" -> new LookupsScenario();
      case "webhooks" -> new WebhooksScenario();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Map<String, String> setting(List<JvmProcess> processes) {
    var setting = new LinkedHashMap<String, String>();
    Runtime runtime = Runtime.getRuntime();
    setting.put(
        "machine",
        "%d cores, %s, JDK %s"
            .formatted(
                runtime.availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("java.version")));
    if (processes.isEmpty()) {
      setting.put("cluster", url.toString());
    } else {
      setting.put(
          "processes",
          "broker with schema registry, and one each of aggregator, worker, dispatcher and ingest,"
              + " with "
              + String.join(" ", jvmOptions)
              + "; this one submits, reads and receives webhooks");
      setting.put(
          "broker",
          "KRaft, one node, replication 1, %d partitions a topic, flushes left to the system, 2"
                  .formatted(Topics.PARTITIONS)
              + " network and 4 I/O threads");
      if (!overrides.isEmpty()) {
        setting.put("set", new TreeMap<>(overrides).toString());
      }
    }
    setting.put("clients", "acks=all, lz4, read_committed");
    setting.put("rounds", rounds + " after one that does not count; medians");
    return setting;
  }

  private static void remove(Path directory) throws IOException {
    var all = new ArrayList<Path>();
    try (Stream<Path> found = Files.walk(directory)) {
      found.sorted(Comparator.reverseOrder()).forEach(all::add);
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
