package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.aggregator.ResultAggregatorMain;
import io.fanfold.ingest.JobIngestMain;
import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.standalone.registry.SchemaRegistryServer;
import io.fanfold.worker.BatchWorkerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services in processes of their own, each killed with -9 in the middle of one kind of work. */
final class KilledServicesIT {

  private static final Duration SOON = Duration.ofMinutes(3);
  private static final int CALLERS = 50;
  private static final int ITEMS = 3_000;
  private static final int ITEM_CHARS = 20_000;
  private static final int PART_BYTES = 8 * 1024 * 1024;

  @TempDir static Path directory;

  private static EmbeddedBroker broker;
  private static SchemaRegistryServer registry;
  private static ServiceProcess aggregator;
  private static ServiceProcess worker;
  private static ServiceProcess ingest;
  private static FanfoldHttp http;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("kafka"));
    registry = SchemaRegistryServer.start(broker.bootstrapServers(), Map.of(), "127.0.0.1", 0);
    aggregator = service(ResultAggregatorMain.class, Map.of("artifact.file.roots", roots()));
    worker = service(BatchWorkerMain.class, Map.of("item.file.roots", roots()));
    ingest =
        service(
            JobIngestMain.class,
            Map.of("lookup.url", aggregator.url(), "manifest.file.roots", roots()));
    for (ServiceProcess service : List.of(aggregator, worker, ingest)) {
      service.start();
    }
    for (ServiceProcess service : List.of(aggregator, worker, ingest)) {
      service.awaitReady();
    }
    http = new FanfoldHttp(ingest.url());
  }

  private static ServiceProcess service(Class<?> mainClass, Map<String, String> more)
      throws IOException {
    var config = new HashMap<>(more);
    config.put("bootstrap.servers", broker.bootstrapServers());
    config.put("schema.registry.url", "http://127.0.0.1:" + registry.port());
    config.put("topic.partitions", "4");
    return new ServiceProcess(mainClass, directory.resolve(mainClass.getSimpleName()), config);
  }

  private static String roots() {
    return directory.toString();
  }

  @AfterAll
  static void stop() {
    for (ServiceProcess service : List.of(ingest, worker, aggregator)) {
      service.close();
    }
    registry.close();
    broker.close();
  }

  @Test
  void one_key_is_one_job_however_many_send_it_and_whoever_is_killed() throws Exception {
    String tag = "keys-" + System.nanoTime();
    ObjectNode job = FanfoldHttp.echo("one").put("tag", tag);
    long first = id(submitUntilAccepted("first", job));

    Set<Long> atOnce = submitByAll("at-once", job, () -> null);
    assertThat(atOnce).hasSize(1).doesNotContain(first);

    Set<Long> overAKill =
        submitByAll(
            "over-a-kill",
            job,
            () -> {
              ingest.kill();
              ingest.start();
              return null;
            });
    assertThat(overAKill).hasSize(1).doesNotContain(first).doesNotContainAnyElementsOf(atOnce);

    ingest.awaitReady();
    HttpResponse<String> again = submitUntilAccepted("first", job);
    assertThat(id(again)).as("the job from before the kill").isEqualTo(first);
    assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    HttpResponse<String> other = post("first", FanfoldHttp.echo("two").put("tag", tag));
    assertThat(other.statusCode()).as(other.body()).isEqualTo(409);
    for (long id : List.of(first, atOnce.iterator().next(), overAKill.iterator().next())) {
      assertThat(http.awaitEnd(id, SOON).get("status").asText()).isEqualTo("COMPLETED");
    }
    // Nothing else was made that nobody was told of.
    JsonNode all = FanfoldHttp.json(http.get("/v1/jobs?tag=" + tag));
    assertThat(all.get("total").asInt()).as(all.toString()).isEqualTo(3);
  }

  @Test
  void files_appear_whole_though_their_writer_is_killed_half_way() throws Exception {
    Path text = directory.resolve("long.txt");
    Files.writeString(text, "x".repeat(ITEM_CHARS));
    Path manifest = directory.resolve("long.jsonl");
    Files.write(manifest, Collections.nCopies(ITEMS, "{\"uri\": \"" + text.toUri() + "\"}"));
    Path out = Files.createDirectories(directory.resolve("out"));
    ObjectNode body = FanfoldHttp.echo();
    body.remove("items");
    body.putObject("manifest").put("uri", manifest.toUri().toString());
    body.put("outputUri", out.toUri().toString());

    // On a quick machine a file may be there before anybody can be killed.
    boolean halfWay = false;
    for (int tries = 0; !halfWay && tries < 5; tries++) {
      long id = http.submit(body).get("id").asLong();
      Path results = out.resolve(id + "/results.jsonl");
      Set<Long> sizes = ConcurrentHashMap.newKeySet();
      var watcher = new Watcher(results, sizes);
      watcher.start();
      await("a part is written")
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> Files.exists(results) || unfinishedBytes(results) >= PART_BYTES);
      aggregator.kill();
      halfWay = !Files.exists(results);
      aggregator.start();

      await("the last of the files")
          .atMost(SOON)
          .until(() -> Files.exists(out.resolve(id + "/manifest-summary.json")));
      watcher.finish();
      assertThat(sizes).as("sizes it was seen with").containsOnly(Files.size(results));
      assertWhole(results);
      assertThat(Files.size(out.resolve(id + "/failures.jsonl"))).isZero();
      aggregator.awaitReady();
    }
    assertThat(halfWay).as("killed while a file was half written").isTrue();
  }

  private static void assertWhole(Path results) throws IOException {
    int expected = 0;
    try (Stream<String> lines = Files.lines(results)) {
      for (String line : (Iterable<String>) lines::iterator) {
        JsonNode item = FanfoldHttp.JSON.readTree(line);
        assertThat(item.get("index").asInt()).isEqualTo(expected++);
        assertThat(item.get("predictions").get(0).get("text").asText()).hasSize(ITEM_CHARS);
      }
    }
    assertThat(expected).isEqualTo(ITEMS);
  }

  private static long unfinishedBytes(Path results) throws IOException {
    if (!Files.isDirectory(results.getParent())) {
      return 0;
    }
    try (Stream<Path> files = Files.list(results.getParent())) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.startsWith(".results.jsonl.")) {
          bytes += Files.exists(file) ? file.toFile().length() : 0;
        }
      }
      return bytes;
    }
  }

  /** All at once, each until it has a job; when some have theirs, a service is killed. */
  private static Set<Long> submitByAll(String key, ObjectNode job, Callable<Void> kill)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      var start = new CountDownLatch(1);
      var accepted = new AtomicInteger();
      var answers = new ArrayList<Future<Long>>();
      for (int i = 0; i < CALLERS; i++) {
        answers.add(
            threads.submit(
                () -> {
                  start.await();
                  long id = id(submitUntilAccepted(key, job));
                  accepted.incrementAndGet();
                  return id;
                }));
      }
      start.countDown();
      await().atMost(SOON).pollInterval(Duration.ofMillis(1)).until(() -> accepted.get() > 0);
      kill.call();
      var ids = new HashSet<Long>();
      for (Future<Long> answer : answers) {
        ids.add(answer.get());
      }
      return ids;
    } finally {
      threads.shutdownNow();
    }
  }

  /** As a client that re-sends whenever it cannot know whether its job was taken. */
  private static HttpResponse<String> submitUntilAccepted(String key, ObjectNode job) {
    return await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .until(
            () -> post(key, job),
            answer -> {
              assertThat(answer.statusCode()).as(answer.body()).isIn(202, 503);
              return answer.statusCode() == 202;
            });
  }

  private static HttpResponse<String> post(String key, ObjectNode job) throws IOException {
    return http.post(
        "/v1/jobs",
        "application/json",
        FanfoldHttp.JSON.writeValueAsBytes(job),
        "Idempotency-Key",
        key);
  }

  private static long id(HttpResponse<String> accepted) throws IOException {
    return FanfoldHttp.JSON.readTree(accepted.body()).get("id").asLong();
  }

  /** Looks at a file all the time and notes every size it has. */
  private static final class Watcher extends Thread {

    private final Path file;
    private final Set<Long> sizes;
    private volatile boolean finished;

    Watcher(Path file, Set<Long> sizes) {
      super("watcher");
      this.file = file;
      this.sizes = sizes;
      setDaemon(true);
    }

    void finish() throws InterruptedException {
      finished = true;
      join(30_000);
    }

    @Override
    public void run() {
      do {
        if (Files.exists(file)) {
          sizes.add(file.toFile().length());
        }
        LockSupport.parkNanos(500_000);
      } while (!finished);
    }
  }
}
