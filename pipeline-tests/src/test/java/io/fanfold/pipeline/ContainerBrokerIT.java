package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.aggregator.ResultAggregator;
import io.fanfold.aggregator.ResultAggregatorConfig;
import io.fanfold.ingest.JobIngest;
import io.fanfold.ingest.JobIngestConfig;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.Telemetry;
import io.fanfold.standalone.registry.SchemaRegistryServer;
import io.fanfold.webhook.WebhookDispatcher;
import io.fanfold.webhook.WebhookDispatcherConfig;
import io.fanfold.worker.BatchWorker;
import io.fanfold.worker.BatchWorkerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The main job against a broker that is not ours: a container of {@code KAFKA_IMAGE}, with that
 * image's own settings. Needs Docker, so it runs with {@code -Pdocker} only.
 */
@Tag("docker")
final class ContainerBrokerIT {

  private static final String IMAGE =
      Optional.ofNullable(System.getenv("KAFKA_IMAGE")).orElse("apache/kafka:4.3.1");
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration END = Duration.ofSeconds(60);

  private static final Deque<AutoCloseable> running = new ArrayDeque<>();

  @TempDir private static Path state;
  private static String bootstrapServers;
  private static String registryUrl;
  private static FanfoldHttp http;

  @BeforeAll
  static void start() {
    var kafka =
        closing(
            new KafkaContainer(
                DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka")));
    kafka.start();
    bootstrapServers = kafka.getBootstrapServers();
    var registry = closing(SchemaRegistryServer.start(bootstrapServers, Map.of(), LOOPBACK, 0));
    registryUrl = url(registry.port());
    var telemetry = closing(new Telemetry());

    var aggregator =
        new ResultAggregator(config(ResultAggregatorConfig.definition(), Map.of()), telemetry);
    start(aggregator.service());
    start(new BatchWorker(config(BatchWorkerConfig.definition(), Map.of()), telemetry).service());
    start(
        new WebhookDispatcher(config(WebhookDispatcherConfig.definition(), Map.of()), telemetry)
            .service());
    var ingest =
        new JobIngest(
            config(
                JobIngestConfig.definition(),
                Map.of(JobIngestConfig.LOOKUP_URL, url(aggregator.port()))),
            telemetry);
    start(ingest.service());

    http = new FanfoldHttp(url(ingest.port()));
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> http.get("/health/ready").statusCode() == 200);
  }

  @AfterAll
  static void stop() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }

  @Test
  void every_item_ends_in_a_prediction_or_a_typed_failure() {
    JsonNode accepted =
        http.submit(FanfoldHttp.echo("one", "bad", "two", "broken").put("batchSize", 2));
    long id = accepted.get("id").asLong();

    JsonNode job = http.awaitEnd(id, END);

    assertThat(job.get("status").asText()).isEqualTo("COMPLETED");
    assertThat(job.get("outcome").asText()).isEqualTo("PARTIAL");
    assertThat(job.get("counts").get("succeeded").asInt()).isEqualTo(2);
    assertThat(job.get("counts").get("failed").asInt()).isEqualTo(2);
    JsonNode items = http.items(id, "").get("items");
    assertThat(items).hasSize(4);
    assertThat(items.get(0).get("predictions").get(0).get("text").asText()).isEqualTo("one");
    assertThat(items.get(1).get("failure").get("code").asText()).isEqualTo("CORRUPT_INPUT");
    assertThat(items.get(3).get("failure").get("code").asText()).isEqualTo("PREDICTOR_FAILED");
  }

  @Test
  void a_submission_of_several_megabytes_gets_through() {
    String[] texts = new String[200];
    for (int i = 0; i < texts.length; i++) {
      // Random letters, which do not compress to nothing.
      texts[i] = i + randomLetters(i, 16_000);
    }

    ObjectNode submission = FanfoldHttp.echo(texts);
    submission.get("items").forEach(item -> ((ObjectNode) item).remove("customId"));

    JsonNode accepted = http.submit(submission);
    JsonNode job = http.awaitEnd(accepted.get("id").asLong(), END);

    assertThat(job.get("outcome").asText()).isEqualTo("ALL_SUCCEEDED");
    assertThat(job.get("counts").get("succeeded").asInt()).isEqualTo(texts.length);
  }

  private static String randomLetters(int seed, int length) {
    return new Random(seed)
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static void start(Service service) {
    closing(service).start();
  }

  private static <T extends AutoCloseable> T closing(T resource) {
    running.push(resource);
    return resource;
  }

  private static ServiceConfig config(ConfigDef definition, Map<String, String> own) {
    var values = new HashMap<String, String>();
    values.put(ServiceConfig.BOOTSTRAP_SERVERS, bootstrapServers);
    values.put(ServiceConfig.SCHEMA_REGISTRY_URL, registryUrl);
    values.put(ServiceConfig.STATE_DIR, state.toString());
    values.put(ServiceConfig.HTTP_HOST, LOOPBACK);
    values.put(ServiceConfig.HTTP_PORT, "0");
    values.putAll(own);
    return ServiceConfig.of(definition, values);
  }

  private static String url(int port) {
    return "http://" + LOOPBACK + ":" + port;
  }
}
