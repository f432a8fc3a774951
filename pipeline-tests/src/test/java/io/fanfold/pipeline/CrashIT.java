package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.aggregator.ResultAggregatorMain;
import io.fanfold.ingest.JobIngestMain;
import io.fanfold.kit.JobStates;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import io.fanfold.standalone.broker.EmbeddedBroker;
import io.fanfold.standalone.registry.SchemaRegistryServer;
import io.fanfold.worker.BatchWorkerMain;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story over the whole: jobs by HTTP and by topic, every service killed with -9 and started
 * again in the middle, and at the end nothing is lost, doubled, or was ever shown to go backwards.
 * {@code -Dfanfold.seed} repeats a run's choices.
 */
final class CrashIT {

  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());
  private static final int JOBS = 8;
  private static final int ITEMS = 150;
  private static final int KILLS = 2;

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final Map<Long, Integer> submitted = new TreeMap<>();

  @Test
  void nothing_is_lost_doubled_or_seen_to_go_backwards() throws Exception {
    System.out.println("fanfold.seed=" + SEED);
    try (var broker = EmbeddedBroker.start(directory.resolve("kafka"));
        var registry =
            SchemaRegistryServer.start(broker.bootstrapServers(), Map.of(), "127.0.0.1", 0)) {
      var common = new HashMap<String, String>();
      common.put("bootstrap.servers", broker.bootstrapServers());
      common.put("schema.registry.url", "http://127.0.0.1:" + registry.port());
      common.put("topic.partitions", "4");
      var workerConfig = new HashMap<>(common);
      // Small chunks and a short wait, so that batches are half done when the worker dies.
      workerConfig.put("chunk.max.items", "7");
      workerConfig.put("chunk.linger.ms", "20");
      workerConfig.put("predict.permits", "8");
      try (var aggregator =
              new ServiceProcess(
                  ResultAggregatorMain.class, directory.resolve("aggregator"), common);
          var worker =
              new ServiceProcess(
                  BatchWorkerMain.class, directory.resolve("worker"), workerConfig)) {
        var ingestConfig = new HashMap<>(common);
        ingestConfig.put("lookup.url", aggregator.url());
        try (var ingest =
            new ServiceProcess(JobIngestMain.class, directory.resolve("ingest"), ingestConfig)) {
          for (ServiceProcess service : List.of(aggregator, worker, ingest)) {
            service.start();
          }
          for (ServiceProcess service : List.of(aggregator, worker, ingest)) {
            service.awaitReady();
          }
          var codec =
              new AvroCodec(Map.of("schema.registry.url", common.get("schema.registry.url")));
          submit(new FanfoldHttp(ingest.url()), broker.bootstrapServers(), codec);
          // With submissions on the topic that are not split, or half split.
          ingest.kill();
          ingest.start();
          ingest.awaitReady();
          story(
              new FanfoldHttp(ingest.url()), broker.bootstrapServers(), codec, worker, aggregator);
          assertThat(ingest.stop()).as("exit code after SIGTERM").isIn(0, 143);
          assertThat(worker.stop()).as("exit code after SIGTERM").isIn(0, 143);
          assertThat(aggregator.stop()).as("exit code after SIGTERM").isIn(0, 143);
        }
      }
    }
  }

  private void story(
      FanfoldHttp http,
      String bootstrapServers,
      AvroCodec codec,
      ServiceProcess worker,
      ServiceProcess aggregator)
      throws Exception {
    Queue<String> setbacks = new ConcurrentLinkedQueue<>();
    var watcher = new Watcher(http, List.copyOf(submitted.keySet()), setbacks);
    watcher.start();
    for (int kill = 0; kill < KILLS; kill++) {
      for (ServiceProcess service : List.of(worker, aggregator)) {
        long before = done(http);
        long more = 20 + random.nextInt(120);
        await("some progress")
            .atMost(Duration.ofSeconds(90))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> done(http) >= Math.min(before + more, JOBS * ITEMS));
        service.kill();
        service.start();
      }
    }
    await("all jobs have ended")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> done(http) == JOBS * ITEMS);
    for (long job : submitted.keySet()) {
      JsonNode end = http.awaitEnd(job, Duration.ofSeconds(30));
      assertThat(end.get("counts").get("pending").asLong()).isZero();
      JsonNode page = http.items(job, "?limit=1000");
      for (int i = 0; i < ITEMS; i++) {
        assertThat(page.get("items").get(i).get("customId").asText()).isEqualTo("c" + i);
        assertThat(page.get("items").get(i).get("outcome").asText()).isNotEqualTo("PENDING");
      }
    }
    watcher.finish();
    assertThat(setbacks).as("seed %d", SEED).isEmpty();
    assertThat(watcher.looks).as("looks that were answered").isGreaterThan(JOBS);
    assertThat(
            Audit.violations(
                submitted,
                CommittedRecords.of(bootstrapServers, codec, Topics.ITEM_RESULTS),
                CommittedRecords.of(bootstrapServers, codec, Topics.JOB_STATES)))
        .as("seed %d", SEED)
        .isEmpty();
  }

  private void submit(FanfoldHttp http, String bootstrapServers, AvroCodec codec) {
    var texts = new String[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
      texts[i] = i % 10 == 3 ? "bad" + i : "good" + i;
    }
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (int job = 0; job < JOBS; job++) {
        if (job % 2 == 0) {
          ObjectNode body = FanfoldHttp.echo(texts);
          body.put("batchSize", 25);
          for (int i = 0; i < ITEMS; i++) {
            ((ObjectNode) body.get("items").get(i)).put("customId", "c" + i);
          }
          ((ObjectNode) body.get("features").get(0)).putObject("parameters").put("delayMs", 40);
          submitted.put(http.submit(body).get("id").asLong(), ITEMS);
        } else {
          long id = 1_000 + job;
          var items = new ArrayList<Item>();
          for (int i = 0; i < ITEMS; i++) {
            items.add(
                Item.newBuilder()
                    .setUri("data:text/plain," + texts[i])
                    .setCustomId("c" + i)
                    .build());
          }
          byte[] value =
              codec.encode(
                  Topics.JOB_SUBMISSIONS,
                  JobSubmission.newBuilder()
                      .setItems(items)
                      .setFeatures(
                          List.of(new Feature(EchoPredictor.FEATURE, Map.of("delayMs", 40L))))
                      .setBatchSize(25)
                      .build());
          // Twice, as an impatient producer would.
          for (int i = 0; i < 2; i++) {
            producer.send(
                new ProducerRecord<>(Topics.JOB_SUBMISSIONS.name(), Long.toString(id), value));
          }
          submitted.put(id, ITEMS);
        }
      }
    }
  }

  /** Results counted so far, as far as the lookups can tell just now. */
  private long done(FanfoldHttp http) {
    long done = 0;
    for (long id : submitted.keySet()) {
      JsonNode job = look(http, id);
      if (job != null) {
        JsonNode counts = job.get("counts");
        done += counts.get("total").asLong() - counts.get("pending").asLong();
      }
    }
    return done;
  }

  private static JsonNode look(FanfoldHttp http, long id) {
    try {
      HttpResponse<String> response = http.get("/v1/jobs/" + id);
      return response.statusCode() == 200 ? FanfoldHttp.json(response) : null;
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  /** Looks at every job again and again, and notes when one is shown earlier than before. */
  private static final class Watcher extends Thread {

    private final FanfoldHttp http;
    private final List<Long> jobs;
    private final Queue<String> setbacks;
    private final Map<Long, JsonNode> last = new HashMap<>();
    private volatile boolean finished;
    private volatile int looks;

    Watcher(FanfoldHttp http, List<Long> jobs, Queue<String> setbacks) {
      super("watcher");
      this.http = http;
      this.jobs = jobs;
      this.setbacks = setbacks;
      setDaemon(true);
    }

    void finish() throws InterruptedException {
      finished = true;
      join(30_000);
    }

    @Override
    public void run() {
      while (!finished) {
        for (long id : jobs) {
          look(id);
        }
      }
    }

    private void look(long id) {
      JsonNode before = last.get(id);
      HttpResponse<String> response;
      try {
        response = http.get("/v1/jobs/" + id);
      } catch (UncheckedIOException e) {
        return;
      }
      if (response.statusCode() == 404 && before != null) {
        setbacks.add("job " + id + " was there and is gone");
      }
      if (response.statusCode() != 200) {
        return;
      }
      JsonNode now = FanfoldHttp.json(response);
      looks++;
      if (before != null) {
        if (now.get("sequence").asLong() < before.get("sequence").asLong()) {
          setbacks.add("job %d went from %s to %s".formatted(id, before, now));
        }
        JobStatus status = JobStatus.valueOf(before.get("status").asText());
        if (JobStates.isTerminal(status) && !now.get("status").equals(before.get("status"))) {
          setbacks.add("job %d left its terminal state".formatted(id));
        }
      }
      last.put(id, now);
    }
  }
}
