package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fanfold.aggregator.ResultAggregator;
import io.fanfold.aggregator.ResultAggregatorConfig;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.Topics;
import io.fanfold.standalone.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two aggregators share the partitions. Each answers for its own and says what it lacks, or asks
 * the other when they know where they are.
 */
final class TwoAggregatorsIT {

  private static final String REGISTRY = "mock://two-aggregators";
  private static final List<Long> JOBS = LongStream.rangeClosed(1, 24).boxed().toList();
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void a_partition_that_is_elsewhere_is_a_503_that_names_it() throws Exception {
    try (var broker = EmbeddedBroker.start(directory.resolve("kafka"));
        var telemetry = new Telemetry()) {
      var first = aggregator(broker, 0, telemetry);
      first.service().start();
      accept(broker);
      var one = new FanfoldHttp("http://127.0.0.1:" + first.port());
      awaitAll(one);
      assertThat(FanfoldHttp.json(one.get("/v1/jobs?limit=100")).get("jobs")).hasSize(JOBS.size());

      var second = aggregator(broker, 1, telemetry);
      second.service().start();
      var two = new FanfoldHttp("http://127.0.0.1:" + second.port());
      await("each job is at one of the two, and both have some")
          .atMost(SOON)
          .until(
              () ->
                  JOBS.stream().allMatch(id -> isAt(one, id) != isAt(two, id))
                      && JOBS.stream().anyMatch(id -> isAt(two, id)));

      for (FanfoldHttp http : List.of(one, two)) {
        for (long id : JOBS) {
          HttpResponse<String> answer = http.get("/v1/jobs/" + id);
          if (answer.statusCode() != 200) {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).containsPattern("partition job-states-[0-3] is not here");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
          }
        }
        // A list of some of the jobs would look like all of them.
        HttpResponse<String> list = http.get("/v1/jobs");
        assertThat(list.statusCode()).isEqualTo(503);
        assertThat(list.body()).containsPattern("partition job-states-[0-3] is not here");
      }

      second.service().close();
      awaitAll(one);
      first.service().close();
    }
  }

  @Test
  void with_an_advertised_address_either_answers_for_both() throws Exception {
    try (var broker = EmbeddedBroker.start(directory.resolve("kafka"));
        var telemetry = new Telemetry()) {
      int portOne = freePort();
      var first = aggregator(broker, 0, telemetry, portOne, advertised(portOne));
      first.service().start();
      accept(broker);
      var one = new FanfoldHttp("http://127.0.0.1:" + portOne);
      awaitAll(one);

      int portTwo = freePort();
      var second = aggregator(broker, 1, telemetry, portTwo, advertised(portTwo));
      second.service().start();
      var two = new FanfoldHttp("http://127.0.0.1:" + portTwo);
      await("both have partitions that are open")
          .atMost(SOON)
          .until(
              () ->
                  two.get("/health/ready").statusCode() == 200
                      && one.get("/health/ready").statusCode() == 200);
      awaitAll(one);
      awaitAll(two);
      for (FanfoldHttp http : List.of(one, two)) {
        var page = FanfoldHttp.json(http.get("/v1/jobs?limit=10"));
        var rest =
            FanfoldHttp.json(
                http.get("/v1/jobs?limit=100&cursor=" + page.get("nextCursor").asText()));
        assertThat(page.get("total").asInt()).isEqualTo(JOBS.size());
        assertThat(page.get("jobs").size() + rest.get("jobs").size()).isEqualTo(JOBS.size());
        for (long id : JOBS) {
          HttpResponse<String> job = http.get("/v1/jobs/" + id);
          assertThat(job.statusCode()).isEqualTo(200);
          assertThat(job.headers().firstValue("Fanfold-Stale")).isEmpty();
          assertThat(http.get("/v1/jobs/" + id + "/items").statusCode()).isEqualTo(200);
        }
      }

      second.service().close();
      awaitAll(one);
      assertThat(FanfoldHttp.json(one.get("/v1/jobs?limit=100")).get("jobs")).hasSize(JOBS.size());
      first.service().close();
    }
  }

  private ResultAggregator aggregator(EmbeddedBroker broker, int instance, Telemetry telemetry) {
    return aggregator(broker, instance, telemetry, 0, Map.of());
  }

  private ResultAggregator aggregator(
      EmbeddedBroker broker,
      int instance,
      Telemetry telemetry,
      int port,
      Map<String, String> more) {
    var settings = new HashMap<String, String>(more);
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("schema.registry.url", REGISTRY);
    settings.put("instance.id", Integer.toString(instance));
    settings.put("topic.partitions", "4");
    settings.put("http.port", Integer.toString(port));
    settings.put("state.dir", directory.resolve("state-" + instance).toString());
    return new ResultAggregator(
        ServiceConfig.of(ResultAggregatorConfig.definition(), settings), telemetry);
  }

  private static Map<String, String> advertised(int port) {
    return Map.of("advertised.url", "http://127.0.0.1:" + port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void accept(EmbeddedBroker broker) throws Exception {
    var codec = new AvroCodec(Map.of("schema.registry.url", REGISTRY));
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      for (long id : JOBS) {
        Job job =
            Job.newBuilder()
                .setId(id)
                .setProject("default")
                .setTotalItems(1)
                .setBatchSize(1)
                .setBatchCount(1)
                .setFeatures(List.of())
                .setFailureIsolation(FailureIsolation.ITEM)
                .setCreatedAt(Instant.EPOCH)
                .build();
        producer
            .send(
                new ProducerRecord<>(
                    Topics.JOBS.name(), Long.toString(id), codec.encode(Topics.JOBS, job)))
            .get();
      }
    }
  }

  private static void awaitAll(FanfoldHttp http) {
    await().atMost(SOON).until(() -> JOBS.stream().allMatch(id -> isAt(http, id)));
  }

  private static boolean isAt(FanfoldHttp http, long id) {
    HttpResponse<String> answer = http.get("/v1/jobs/" + id);
    // Also while a partition is on its way from one to the other.
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 404, 503);
    return answer.statusCode() == 200;
  }
}
