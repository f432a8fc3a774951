package io.fanfold.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A main class in a JVM of its own, with this JVM's class path. */
final class JvmProcess implements AutoCloseable {

  private static final Pattern HEAP =
      Pattern.compile(
          "(?:def new generation|tenured generation|garbage-first heap)\\s+total \\d+K, used"
              + " (\\d+)K");

  private final String name;
  private final Path log;
  private final Process process;

  private JvmProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  static JvmProcess start(
      String name, Class<?> main, Path directory, List<String> options, List<String> arguments)
      throws IOException {
    Files.createDirectories(directory);
    Path log = directory.resolve(name + ".log");
    var command = new ArrayList<String>();
    command.add(tool("java"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // A signal ends this JVM without closing anything.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return new JvmProcess(name, log, process);
  }

  String name() {
    return name;
  }

  /**
   * @throws IOException with the end of its log when the process is gone
   */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      List<String> lines = Files.readAllLines(log);
      throw new IOException(
          "%s ended with %d: %s"
              .formatted(
                  name, process.exitValue(), lines.isEmpty() ? "" : lines.get(lines.size() - 1)));
    }
  }

  /** Kilobytes from {@code /proc/PID/status}, as in VmRSS; -1 where the system has no such file. */
  long statusKb(String field) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return -1;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(-1L);
  }

  /** Kilobytes of heap in use after a full collection. */
  long heapAfterGcKb() throws IOException, InterruptedException {
    jcmd("GC.run");
    return heapUsedKb(jcmd("GC.heap_info"));
  }

  /** The sum over generations; -1 when the text is of another collector. */
  static long heapUsedKb(String heapInfo) {
    Matcher matcher = HEAP.matcher(heapInfo);
    long sum = -1;
    while (matcher.find()) {
      sum = Math.max(0, sum) + Long.parseLong(matcher.group(1));
    }
    return sum;
  }

  /** Time on a processor since its start; zero where the system does not tell. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(tool("jcmd"), Long.toString(process.pid()), command)
            .redirectErrorStream(true)
            .start();
    String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    return text;
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** As SIGTERM, so that recordings are written; as SIGKILL if it takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
