package io.fanfold.standalone.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this JVM: one KRaft node, broker and controller at once.
 *
 * <p>Kafka calls the classes this is made of internal, so they stay behind this one. The data
 * directory survives restarts, also on another port. Clients outside this JVM reach the broker at
 * {@link #bootstrapServers()}.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

  public static final String LOOPBACK = "127.0.0.1";

  private static final int NODE_ID = 1;
  private static final String CONTROLLER_HOST = LOOPBACK;

  /** A free port may be lost to another process before Kafka binds it. */
  private static final int ATTEMPTS = 5;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaRaftServer server;
  private final String host;
  private final int port;
  private final CountDownLatch closing = new CountDownLatch(1);

  private EmbeddedBroker(KafkaRaftServer server, String host, int port) {
    this.server = server;
    this.host = host;
    this.port = port;
  }

  /** Starts on the loopback address and a free port. */
  public static EmbeddedBroker start(Path dataDirectory) throws IOException {
    return start(dataDirectory, LOOPBACK, 0);
  }

  /** Starts on {@code host}, which clients are told as well; port 0 is a free one. */
  public static EmbeddedBroker start(Path dataDirectory, String host, int port) throws IOException {
    return start(dataDirectory, host, port, isWildcard(host) ? "localhost" : host);
  }

  /**
   * Starts a broker and returns once it serves clients.
   *
   * @param dataDirectory formatted if it is new, else taken as it is
   * @param host the address to listen on
   * @param port the port to listen on, 0 for a free one
   * @param advertisedHost the name clients are told to connect to
   * @throws PortTakenException if something else listens on {@code port}
   */
  public static EmbeddedBroker start(
      Path dataDirectory, String host, int port, String advertisedHost) throws IOException {
    Objects.requireNonNull(advertisedHost);
    format(dataDirectory);
    for (int attempt = 1; ; attempt++) {
      int clientPort = port == 0 ? Ports.free(host) : port;
      Ports.requireFree(host, clientPort);
      int controllerPort = Ports.free(CONTROLLER_HOST);
      try {
        var config = config(dataDirectory, host, clientPort, advertisedHost, controllerPort);
        return new EmbeddedBroker(startServer(config), advertisedHost, clientPort);
      } catch (RuntimeException e) {
        if (!PortConflict.isCauseOf(e)) {
          throw new IOException("the Kafka broker did not start: " + rootMessage(e), e);
        }
        if (attempt == ATTEMPTS) {
          throw new PortTakenException(host, clientPort, e);
        }
        log.info("Lost a port to another process, trying again: {}", rootMessage(e));
      }
    }
  }

  /** Where clients connect, as {@code host:port}. */
  public String bootstrapServers() {
    return host + ":" + port;
  }

  public int port() {
    return port;
  }

  /** Shuts down cleanly, which makes the next start quick; gives up after some seconds. */
  @Override
  public void close() {
    boolean first;
    synchronized (closing) {
      first = closing.getCount() > 0;
      closing.countDown();
    }
    if (first) {
      shutdown(server);
    }
  }

  private static KafkaRaftServer startServer(Map<String, Object> config) {
    try (var exits = InterceptedExits.install()) {
      var server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
      try {
        server.startup();
        exits.rethrow();
        return server;
      } catch (RuntimeException | Error e) {
        // Kafka's threads are no daemons: left alone they would keep the JVM alive.
        shutdown(server);
        exits.rethrow();
        throw e;
      }
    }
  }

  private static void shutdown(KafkaRaftServer server) {
    var done = new CountDownLatch(1);
    var thread =
        new Thread(
            () -> {
              try {
                server.shutdown();
              } catch (RuntimeException e) {
                log.warn("The broker did not shut down cleanly", e);
              } finally {
                done.countDown();
              }
            },
            "embedded-broker-close");
    thread.setDaemon(true);
    thread.start();
    try {
      if (!done.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("The broker did not shut down within {}", CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while the broker shuts down");
    }
  }

  private static void format(Path dataDirectory) throws IOException {
    Files.createDirectories(dataDirectory);
    // Kafka writes this file last when it formats, so its absence says "new or half done".
    if (Files.exists(dataDirectory.resolve("meta.properties"))) {
      return;
    }
    try (var quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName("CONTROLLER")
          .addDirectory(dataDirectory.toString())
          .setMetadataLogDirectory(dataDirectory.toString())
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .setPrintStream(quiet)
          .run();
    } catch (IOException | RuntimeException e) {
      throw new IOException("cannot prepare " + dataDirectory + " for Kafka: " + e.getMessage(), e);
    } catch (Exception e) {
      throw new IOException("cannot prepare " + dataDirectory + " for Kafka", e);
    }
  }

  private static Map<String, Object> config(
      Path dataDirectory, String host, int port, String advertisedHost, int controllerPort) {
    var config = new HashMap<String, Object>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", NODE_ID);
    config.put("log.dirs", dataDirectory.toString());
    // Static voters, so that the controller may come back on another port.
    config.put("controller.quorum.voters", NODE_ID + "@" + CONTROLLER_HOST + ":" + controllerPort);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("inter.broker.listener.name", "CLIENTS");
    config.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT");
    config.put(
        "listeners",
        "CLIENTS://%s:%d,CONTROLLER://%s:%d"
            .formatted(host, port, CONTROLLER_HOST, controllerPort));
    config.put("advertised.listeners", "CLIENTS://" + advertisedHost + ":" + port);

    // One node: nothing is replicated, and one partition of each internal topic is plenty.
    config.put("default.replication.factor", 1);
    config.put("min.insync.replicas", 1);
    config.put("offsets.topic.num.partitions", 1);
    config.put("offsets.topic.replication.factor", 1);
    config.put("transaction.state.log.num.partitions", 1);
    config.put("transaction.state.log.replication.factor", 1);
    config.put("transaction.state.log.min.isr", 1);
    config.put("share.coordinator.state.topic.num.partitions", 1);
    config.put("share.coordinator.state.topic.replication.factor", 1);
    config.put("share.coordinator.state.topic.min.isr", 1);

    // A misspelt topic name is an error, not a topic.
    config.put("auto.create.topics.enable", false);
    // Room around a record of 10 MiB, the longest a topic here allows.
    config.put("message.max.bytes", 11 * 1024 * 1024);

    // Light on memory and disk; the cleaner's default alone takes 128 MiB of heap.
    config.put("num.network.threads", 2);
    config.put("num.io.threads", 4);
    config.put("background.threads", 2);
    config.put("num.recovery.threads.per.data.dir", 2);
    config.put("log.cleaner.threads", 1);
    config.put("log.cleaner.dedupe.buffer.size", 8L * 1024 * 1024);
    config.put("log.segment.bytes", 64 * 1024 * 1024);
    config.put("log.index.size.max.bytes", 1024 * 1024);
    // The default writes a record twice a second into an idle installation.
    config.put("metadata.max.idle.interval.ms", 5_000);

    // Quick to start: members do not wait for others, and a restart does not wait for a session
    // of the broker's former life (13 s instead of 3).
    config.put("group.initial.rebalance.delay.ms", 0);
    config.put("group.streams.initial.rebalance.delay.ms", 0);
    config.put("controlled.shutdown.enable", true);
    config.put("broker.session.timeout.ms", 2_000);
    config.put("broker.heartbeat.interval.ms", 500);
    config.put("server.max.startup.time.ms", 60_000L);

    // Quick to notice the dead: what a killed client held is free again within seconds.
    config.put("group.min.session.timeout.ms", 1_000);
    config.put("group.consumer.min.session.timeout.ms", 1_000);
    config.put("group.consumer.session.timeout.ms", 6_000);
    config.put("group.consumer.min.heartbeat.interval.ms", 500);
    config.put("group.consumer.heartbeat.interval.ms", 1_500);
    config.put("group.streams.min.session.timeout.ms", 1_000);
    config.put("group.streams.session.timeout.ms", 6_000);
    config.put("group.streams.min.heartbeat.interval.ms", 500);
    config.put("group.streams.heartbeat.interval.ms", 1_500);
    config.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", 1_000);

    // An installation may lie switched off for months and must go on where it was.
    config.put("offsets.retention.minutes", (int) Duration.ofDays(365).toMinutes());
    // As text, Kafka finds the right type of number itself.
    config.replaceAll((name, value) -> value.toString());
    return config;
  }

  private static boolean isWildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
