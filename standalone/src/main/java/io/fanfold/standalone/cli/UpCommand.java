package io.fanfold.standalone.cli;

import io.fanfold.kit.ServiceException;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.PipelineOptions;
import io.fanfold.standalone.PipelineProcess;
import io.fanfold.standalone.RunningInstance.Addresses;
import io.fanfold.standalone.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Run the whole pipeline here: Kafka, schema registry and all services.",
    footer = {
      "",
      "Runs until Ctrl-C (exit code 130) or SIGTERM (143), both of which close it in order.",
      "On the loopback address webhooks may be plain http and go to this machine; to forbid it:",
      "--set webhook.allow.http=false --set webhook.allowed.cidrs= --set webhook.ports=443"
    })
final class UpCommand implements Callable<Integer> {
  private static final String S3_ROOT = "s3.root";
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1");
  private static final Map<String, String> WEBHOOKS_TO_THIS_MACHINE =
      Map.of(
          "webhook.allow.http", "true",
          "webhook.ports", "*",
          "webhook.allowed.cidrs", "127.0.0.0/8,::1");

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on (default: ${DEFAULT-VALUE}). Nothing here authenticates callers:"
              + " open it to networks you trust only.")
  private String host;

  @Option(
      names = "--advertised-host",
      paramLabel = "HOST",
      description = "Name Kafka clients are told to connect to (default: the host).")
  private String advertisedHost;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of the HTTP API, 0 for a free one (default: ${DEFAULT-VALUE}).")
  private int httpPort;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "Port of the Kafka broker (default: ${DEFAULT-VALUE}).")
  private int kafkaPort;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      defaultValue = "8081",
      description = "Port of the schema registry (default: ${DEFAULT-VALUE}).")
  private int registryPort;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where everything is kept (default: $${XDG_DATA_HOME:-~/.local/share}/fanfold).")
  private Path dataDirectory;

  @Option(
      names = "--ephemeral",
      description = "Keep everything in a temporary directory that is removed at the end.")
  private boolean ephemeral;

  @Option(
      names = "--file-root",
      paramLabel = "DIR",
      description =
          "Directory that jobs may name files in; may be repeated (default: the current one).")
  private List<Path> fileRoots = new ArrayList<>();

  @Option(
      names = "--s3-root",
      paramLabel = "DIR",
      description = "Directory that stands for S3: s3://bucket/key is the file bucket/key in it.")
  private Path s3Root;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description = "Where to log (default: log/fanfold.log in the data directory).")
  private Path logFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A configuration key of the services; may be repeated.")
  private Map<String, String> overrides = Map.of();

  @Option(
      names = "--json",
      description = "Print one line of JSON with the addresses once ready, and nothing else.")
  private boolean json;

  UpCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    PipelineOptions options = options();
    if (ephemeral && dataDirectory != null) {
      throw new ParameterException(
          spec.commandLine(), "--ephemeral and --data-dir exclude each other");
    }
    if (!json) {
      terminal.note("starting ...");
    }
    DataDirectory directory = openDirectory();
    try (var process =
        PipelineProcess.start(
            directory,
            options,
            Optional.ofNullable(logFile).map(terminal.directory()::resolve),
            terminal.environment())) {
      Addresses addresses = process.addresses();
      if (json) {
        terminal.line(addresses.toJson());
      } else {
        greet(directory, process, Duration.ofNanos(System.nanoTime() - start));
      }
      process.await();
      return ExitCode.OK;
    } catch (ServiceException e) {
      terminal.error(e.getMessage());
      return ExitCode.FAILED;
    }
  }

  private DataDirectory openDirectory() throws StartException {
    if (ephemeral) {
      return DataDirectory.ephemeral();
    }
    return DataDirectory.open(
        dataDirectory == null
            ? DataDirectory.defaultPath(terminal.environment())
            : terminal.directory().resolve(dataDirectory));
  }

  private PipelineOptions options() {
    var roots = new ArrayList<Path>();
    for (Path root : fileRoots) {
      Path resolved = terminal.directory().resolve(root).normalize();
      if (!Files.isDirectory(resolved)) {
        throw new ParameterException(spec.commandLine(), "--file-root: no directory " + root);
      }
      requireNoComma(resolved);
      roots.add(resolved);
    }
    if (roots.isEmpty()) {
      requireNoComma(terminal.directory());
      roots.add(terminal.directory());
    }
    for (int port : List.of(httpPort, kafkaPort, registryPort)) {
      if (port < 0 || port > 65535) {
        throw new ParameterException(spec.commandLine(), port + " is not a port");
      }
    }
    return new PipelineOptions(
        host,
        advertisedHost == null ? reachable(host) : advertisedHost,
        httpPort,
        kafkaPort,
        registryPort,
        roots,
        serviceKeys());
  }

  /** What is said by --set wins. */
  private Map<String, String> serviceKeys() {
    var keys = new HashMap<String, String>();
    if (LOOPBACK.contains(host)) {
      // Whoever can submit here is on this machine, and so is the receiver while one develops.
      keys.putAll(WEBHOOKS_TO_THIS_MACHINE);
    }
    if (s3Root != null) {
      Path resolved = terminal.directory().resolve(s3Root).normalize();
      if (!Files.isDirectory(resolved)) {
        throw new ParameterException(spec.commandLine(), "--s3-root: no directory " + s3Root);
      }
      keys.put(S3_ROOT, resolved.toString());
    }
    keys.putAll(overrides);
    return keys;
  }

  /** The worker's configuration is a list with commas. */
  private void requireNoComma(Path root) {
    if (root.toString().contains(",")) {
      throw new ParameterException(
          spec.commandLine(), "--file-root: a path with a comma cannot be one: " + root);
    }
  }

  /** Clients cannot connect to "all addresses". */
  private static String reachable(String host) {
    return host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
  }

  private void greet(DataDirectory directory, PipelineProcess process, Duration took) {
    Addresses addresses = process.addresses();
    terminal.line(
        String.format(Locale.ROOT, "Fanfold is ready (%.1f s)", took.toMillis() / 1000.0));
    terminal.line("  HTTP API         " + addresses.http());
    terminal.line("  Kafka            " + addresses.kafka());
    terminal.line("  schema registry  " + addresses.schemaRegistry());
    terminal.line("  data             " + directory.path() + (ephemeral ? " (temporary)" : ""));
    terminal.line("  log              " + process.logFile());
    String where = reachedByDefault() ? "" : " --url " + addresses.http();
    terminal.line("Try, from another terminal:");
    terminal.line("  fanfold features" + where);
    terminal.line("  fanfold submit DIR --features ObjectDetection,TextDetection --watch" + where);
    terminal.line("  fanfold jobs" + where);
    terminal.line("Ctrl-C ends it" + (ephemeral ? "." : "; jobs go on at the next start."));
  }

  private boolean reachedByDefault() {
    return !ephemeral && dataDirectory == null;
  }
}
