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
import java.io.BufferedWriter;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A manifest of very many items, with the splitter and the aggregator killed on the way, in
 * processes whose heap does not grow with it. {@code -Dfanfold.items} says how many items, {@code
 * -Dfanfold.seed} repeats a run's choices.
 */
final class LargeManifestIT {

  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());
  private static final int ITEMS = Integer.getInteger("fanfold.items", 50_000);
  private static final int BAD_EVERY = 997;
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir Path directory;

  private final Random random = new Random(SEED);

  @Test
  void every_line_has_one_result_whoever_is_killed_on_the_way() throws Exception {
    System.out.println("fanfold.seed=" + SEED + " fanfold.items=" + ITEMS);
    Path manifest = directory.resolve("manifest.jsonl");
    writeManifest(manifest);
    try (var broker = EmbeddedBroker.start(directory.resolve("kafka"));
        var registry =
            SchemaRegistryServer.start(broker.bootstrapServers(), Map.of(), "127.0.0.1", 0)) {
      var common = new HashMap<String, String>();
      common.put("bootstrap.servers", broker.bootstrapServers());
      common.put("schema.registry.url", "http://127.0.0.1:" + registry.port());
      common.put("topic.partitions", "4");
      try (var aggregator =
              new ServiceProcess(
                  ResultAggregatorMain.class, directory.resolve("aggregator"), common);
          var worker =
              new ServiceProcess(BatchWorkerMain.class, directory.resolve("worker"), common)) {
        var ingestConfig = new HashMap<>(common);
        ingestConfig.put("lookup.url", aggregator.url());
        ingestConfig.put("manifest.file.roots", directory.toString());
        try (var ingest =
            new ServiceProcess(JobIngestMain.class, directory.resolve("ingest"), ingestConfig)) {
          for (ServiceProcess service : List.of(aggregator, worker, ingest)) {
            service.start();
          }
          for (ServiceProcess service : List.of(aggregator, worker, ingest)) {
            service.awaitReady();
          }
          story(new FanfoldHttp(ingest.url()), manifest, List.of(ingest, aggregator));
        }
      }
    }
  }

  private void story(FanfoldHttp http, Path manifest, List<ServiceProcess> victims)
      throws Exception {
    ObjectNode body = FanfoldHttp.echo();
    body.remove("items");
    body.putObject("manifest").put("uri", manifest.toUri().toString());
    long id = http.submit(body).get("id").asLong();
    for (ServiceProcess victim : victims) {
      long share = (long) ITEMS / 10 + random.nextInt(ITEMS / 4);
      long before = done(http, id);
      await("some progress").atMost(SOON).until(() -> done(http, id) >= before + share);
      victim.kill();
      victim.start();
      victim.awaitReady();
    }
    await("the end")
        .atMost(Duration.ofSeconds(180).plusMillis(ITEMS))
        .until(() -> FanfoldHttp.TERMINAL.contains(status(http, id)));
    JsonNode job = http.job(id);
    int bad = (ITEMS + BAD_EVERY - 1) / BAD_EVERY;
    assertThat(job.get("status").asText()).isEqualTo("COMPLETED");
    assertThat(job.get("counts").get("total").asLong()).as("seed %d", SEED).isEqualTo(ITEMS);
    assertThat(job.get("counts").get("failed").asLong()).isEqualTo(bad);
    assertThat(job.get("counts").get("succeeded").asLong()).isEqualTo(ITEMS - bad);
    // Pages anywhere, by arithmetic.
    for (int look = 0; look < 20; look++) {
      int offset = random.nextInt(ITEMS - 50);
      JsonNode items = http.items(id, "?limit=50&offset=" + offset).get("items");
      for (int i = 0; i < 50; i++) {
        JsonNode item = items.get(i);
        assertThat(item.get("index").asInt()).isEqualTo(offset + i);
        assertThat(item.get("line").asInt()).isEqualTo(offset + i + 1);
        assertThat(item.get("outcome").asText())
            .as("seed %d item %d", SEED, offset + i)
            .isEqualTo((offset + i) % BAD_EVERY == 0 ? "FAILED" : "SUCCEEDED");
      }
    }
    // All failures, page after page.
    int failures = 0;
    String cursor = "";
    while (cursor != null) {
      JsonNode page = http.items(id, "?outcome=failed&limit=200" + cursor);
      for (JsonNode item : page.get("items")) {
        assertThat(item.get("index").asInt()).isEqualTo(failures * BAD_EVERY);
        failures++;
      }
      cursor =
          page.get("nextCursor").isNull() ? null : "&cursor=" + page.get("nextCursor").asText();
    }
    assertThat(failures).isEqualTo(bad);
  }

  private static long done(FanfoldHttp http, long id) {
    JsonNode job = look(http, id);
    return job == null
        ? 0
        : job.get("counts").get("succeeded").asLong() + job.get("counts").get("failed").asLong();
  }

  private static String status(FanfoldHttp http, long id) {
    JsonNode job = look(http, id);
    return job == null ? "" : job.get("status").asText();
  }

  private static JsonNode look(FanfoldHttp http, long id) {
    try {
      HttpResponse<String> response = http.get("/v1/jobs/" + id);
      return response.statusCode() == 200 ? FanfoldHttp.json(response) : null;
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  private static void writeManifest(Path file) throws Exception {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (int i = 0; i < ITEMS; i++) {
        writer.write(
            i % BAD_EVERY == 0
                ? "{\"no\": \"item\"}\n"
                : "{\"uri\": \"data:text/plain,item" + i + "\"}\n");
      }
    }
  }
}
