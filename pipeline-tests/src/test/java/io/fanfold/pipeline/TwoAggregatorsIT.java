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
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two aggregators share the partitions: each answers for its own, and says what it lacks. */
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

  private ResultAggregator aggregator(EmbeddedBroker broker, int instance, Telemetry telemetry) {
    return new ResultAggregator(
        ServiceConfig.of(
            ResultAggregatorConfig.definition(),
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "schema.registry.url",
                REGISTRY,
                "instance.id",
                Integer.toString(instance),
                "topic.partitions",
                "4",
                "http.port",
                "0",
                "state.dir",
                directory.resolve("state-" + instance).toString())),
        telemetry);
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
