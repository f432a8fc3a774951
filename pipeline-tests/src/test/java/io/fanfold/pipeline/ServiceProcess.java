package io.fanfold.pipeline;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A service in a process of its own, to be killed and started again. */
final class ServiceProcess implements AutoCloseable {

  private static final int LAST_LINES = 60;

  private final String mainClass;
  private final Path directory;
  private final int port;
  private final Map<String, String> config;
  private Process process;

  ServiceProcess(Class<?> mainClass, Path directory, Map<String, String> config)
      throws IOException {
    this.mainClass = mainClass.getName();
    this.directory = directory;
    this.port = freePort();
    this.config = new HashMap<>(config);
    Files.createDirectories(directory);
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** One more setting, for the next start. */
  void set(String key, String value) {
    config.put(key, value);
  }

  void start() throws IOException {
    var properties = new Properties();
    properties.putAll(config);
    properties.setProperty("http.port", Integer.toString(port));
    properties.setProperty("state.dir", directory.resolve("state").toString());
    Path file = directory.resolve("service.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                mainClass,
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log()))
            .start();
  }

  /** Until {@code /health/ready} answers 200. */
  void awaitReady() {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    await(mainClass + " is ready, see " + log())
        .atMost(Duration.ofSeconds(180))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              requireAlive();
              return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
            });
  }

  /**
   * @throws IllegalStateException with the end of its log, when it has ended by itself
   */
  void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "%s has ended with %d:%n%s".formatted(mainClass, process.exitValue(), endOfLog()));
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log().toPath());
      int from = Math.max(0, lines.size() - LAST_LINES);
      return String.join(System.lineSeparator(), lines.subList(from, lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** As SIGSTOP: it stands still and keeps all it has, sockets included. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** As SIGCONT: it goes on as if no time had passed. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()));
    int exit = kill.inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException("kill -%s exits with %d".formatted(name, exit));
    }
  }

  /** As SIGTERM; returns the exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException(mainClass + " did not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private File log() {
    return directory.resolve("service.log").toFile();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
