package io.fanfold.benchmarks;

import io.fanfold.aggregator.ResultAggregatorConfig;
import io.fanfold.aggregator.ResultAggregatorMain;
import io.fanfold.ingest.JobIngestConfig;
import io.fanfold.ingest.JobIngestMain;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.webhook.WebhookDispatcherConfig;
import io.fanfold.webhook.WebhookDispatcherMain;
import io.fanfold.worker.BatchWorkerConfig;
import io.fanfold.worker.BatchWorkerMain;
import java.io.IOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigDef;

/** A broker and one of each service, each in a process of its own on this machine. */
final class LocalInstallation implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  private final Path directory;
  private final List<String> jvmOptions;
  private final Path recordings;
  private final Map<String, String> overrides;
  private final List<JvmProcess> processes = new ArrayList<>();
  private final Map<JvmProcess, URI> services = new HashMap<>();

  /**
   * @param recordings where to write flight recordings; null for none
   * @param overrides configuration keys for the services that know them
   */
  LocalInstallation(
      Path directory, List<String> jvmOptions, Path recordings, Map<String, String> overrides) {
    this.directory = directory;
    this.jvmOptions = jvmOptions;
    this.recordings = recordings;
    this.overrides = overrides;
  }

  /** Returns once all services are ready. */
  Installation start() throws IOException, InterruptedException {
    Path addresses = directory.resolve("addresses");
    List<String> data = List.of(directory.resolve("kafka").toString(), addresses.toString());
    JvmProcess broker = launch("broker", BrokerMain.class, data);
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!Files.exists(addresses)) {
      requireTime(broker, end);
      Thread.sleep(50);
    }
    List<String> lines = Files.readAllLines(addresses);
    var common = new HashMap<String, String>();
    common.put(ServiceConfig.BOOTSTRAP_SERVERS, lines.get(0));
    common.put(ServiceConfig.SCHEMA_REGISTRY_URL, lines.get(1));
    common.put("webhook.allow.http", "true");
    common.put("webhook.ports", "*");
    common.put("webhook.allowed.cidrs", "127.0.0.0/8");
    common.put(BatchWorkerConfig.FILE_ROOTS, directory.toString());
    common.put(JobIngestConfig.MANIFEST_FILE_ROOTS, directory.toString());
    common.putAll(overrides);
    URI lookups =
        service(
            "aggregator", ResultAggregatorMain.class, ResultAggregatorConfig.definition(), common);
    service("worker", BatchWorkerMain.class, BatchWorkerConfig.definition(), common);
    service(
        "dispatcher", WebhookDispatcherMain.class, WebhookDispatcherConfig.definition(), common);
    common.put(JobIngestConfig.LOOKUP_URL, lookups.toString());
    URI http = service("ingest", JobIngestMain.class, JobIngestConfig.definition(), common);
    for (var each : services.entrySet()) {
      awaitReady(each.getKey(), each.getValue(), end);
    }
    return new Installation(http, lines.get(0), lines.get(1), List.copyOf(processes));
  }

  private URI service(String name, Class<?> main, ConfigDef definition, Map<String, String> config)
      throws IOException {
    int port = freePort();
    var properties = new Properties();
    config.forEach(
        (key, value) -> {
          if (ServiceConfig.isKnown(definition, key)) {
            properties.setProperty(key, value);
          }
        });
    properties.setProperty(ServiceConfig.HTTP_PORT, Integer.toString(port));
    properties.setProperty(ServiceConfig.STATE_DIR, directory.resolve("state-" + name).toString());
    Path file = directory.resolve(name + ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    JvmProcess process = launch(name, main, List.of(file.toString()));
    URI uri = URI.create("http://127.0.0.1:" + port);
    services.put(process, uri);
    return uri;
  }

  private JvmProcess launch(String name, Class<?> main, List<String> arguments) throws IOException {
    var options = new ArrayList<>(jvmOptions);
    if (recordings != null) {
      Files.createDirectories(recordings);
      options.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
              + recordings.resolve(name + ".jfr"));
    }
    JvmProcess process = JvmProcess.start(name, main, directory, options, arguments);
    processes.add(process);
    return process;
  }

  private static void awaitReady(JvmProcess process, URI uri, long end)
      throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve("/health/ready")).timeout(Duration.ofSeconds(5)).build();
    while (!isReady(client, request)) {
      requireTime(process, end);
      Thread.sleep(100);
    }
  }

  private static boolean isReady(HttpClient client, HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // Not listening yet; that it never does is noticed by the caller.
      return false;
    }
  }

  private static void requireTime(JvmProcess process, long end) throws IOException {
    process.requireAlive();
    if (System.nanoTime() > end) {
      throw new IOException(process.name() + " is not ready in " + START_TIMEOUT);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Services first, the broker last. */
  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
  }
}
