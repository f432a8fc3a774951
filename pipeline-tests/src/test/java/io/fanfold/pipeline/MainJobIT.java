package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.Pipeline;
import io.fanfold.standalone.PipelineOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job against a real broker and registry, all services in this JVM. */
final class MainJobIT {

  private static final Duration END = Duration.ofSeconds(30);

  private static DataDirectory directory;
  private static Pipeline pipeline;
  private static FanfoldHttp http;
  private static AvroCodec codec;
  private static KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.ephemeral();
    pipeline = new Pipeline(directory, PipelineOptions.onFreePorts(List.of()));
    pipeline.start();
    http = new FanfoldHttp(pipeline.addresses().http());
    codec = new AvroCodec(Map.of("schema.registry.url", pipeline.addresses().schemaRegistry()));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", pipeline.addresses().kafka()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    producer.close();
    codec.close();
    pipeline.close();
    directory.close();
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
    assertThat(job.get("models").get(0).get("name").asText()).isEqualTo("echo");
    JsonNode items = http.items(id, "").get("items");
    assertThat(items).hasSize(4);
    assertThat(items.get(0).get("customId").asText()).isEqualTo("id-one");
    assertThat(items.get(0).get("predictions").get(0).get("text").asText()).isEqualTo("one");
    assertThat(items.get(1).get("failure").get("code").asText()).isEqualTo("CORRUPT_INPUT");
    assertThat(items.get(2).get("outcome").asText()).isEqualTo("SUCCEEDED");
    assertThat(items.get(3).get("failure").get("code").asText()).isEqualTo("PREDICTOR_FAILED");
  }

  @Test
  void an_accepted_job_can_be_looked_up_at_once() {
    for (int i = 0; i < 20; i++) {
      long id = http.submit(FanfoldHttp.echo("one")).get("id").asLong();
      assertThat(http.get("/v1/jobs/" + id).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void transient_failures_are_tried_again_and_the_tries_recorded() {
    ObjectNode body =
        FanfoldHttp.echo("flaky-2-" + System.nanoTime(), "flaky-9-" + System.nanoTime());
    long id = http.submit(body).get("id").asLong();

    assertThat(http.awaitEnd(id, END).get("outcome").asText()).isEqualTo("PARTIAL");
    JsonNode items = http.items(id, "").get("items");
    assertThat(items.get(0).get("attempts").asInt()).isEqualTo(3);
    assertThat(items.get(0).get("outcome").asText()).isEqualTo("SUCCEEDED");
    assertThat(items.get(1).get("attempts").asInt()).isEqualTo(4);
    assertThat(items.get(1).get("failure").get("code").asText()).isEqualTo("MODEL_UNAVAILABLE");
  }

  @Test
  void a_slow_job_shows_results_as_they_come_and_stops_nobody() {
    var texts = new String[40];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "slow" + i;
    }
    ObjectNode slow = FanfoldHttp.echo(texts).put("batchSize", 40);
    ((ObjectNode) slow.get("features").get(0)).putObject("parameters").put("delayMs", 400);
    long slowId = http.submit(slow).get("id").asLong();

    long quickId = http.submit(FanfoldHttp.echo("one", "two")).get("id").asLong();
    http.awaitEnd(quickId, END);

    await().atMost(END).until(() -> http.job(slowId).get("counts").get("succeeded").asInt() > 0);
    JsonNode running = http.job(slowId);
    assertThat(running.get("status").asText()).isEqualTo("RUNNING");
    assertThat(running.get("counts").get("pending").asInt()).isPositive();
    JsonNode page = http.items(slowId, "");
    assertThat(page.get("items")).hasSize(40);
    assertThat(page.get("items").findValuesAsText("outcome")).contains("PENDING");
    http.awaitEnd(slowId, Duration.ofSeconds(60));
    assertThat(http.items(slowId, "").get("items").findValuesAsText("outcome"))
        .containsOnly("SUCCEEDED");
  }

  @Test
  void items_are_paged_in_order_and_filtered_by_outcome() {
    var texts = new String[25];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = (i % 5 == 0 ? "bad" : "good") + i;
    }
    long id = http.submit(FanfoldHttp.echo(texts).put("batchSize", 4)).get("id").asLong();
    http.awaitEnd(id, END);

    assertThat(indexes(http.items(id, "?offset=10&limit=5"))).containsExactly(10, 11, 12, 13, 14);
    assertThat(indexes(http.items(id, "?offset=24&limit=5"))).containsExactly(24);
    assertThat(indexes(http.items(id, "?offset=25"))).isEmpty();
    assertThat(indexes(http.items(id, "?outcome=failed"))).containsExactly(0, 5, 10, 15, 20);
    assertThat(indexes(http.items(id, "?outcome=failed&offset=1&limit=2"))).containsExactly(5, 10);
    assertThat(http.items(id, "?outcome=succeeded").get("total").asInt()).isEqualTo(20);
    for (String query :
        List.of("?limit=0", "?limit=1001", "?offset=-1", "?outcome=odd", "?limit=x")) {
      assertThat(http.get("/v1/jobs/" + id + "/items" + query).statusCode())
          .as(query)
          .isEqualTo(400);
    }
  }

  @Test
  void one_project_never_sees_anothers_jobs() throws Exception {
    byte[] body = FanfoldHttp.JSON.writeValueAsBytes(FanfoldHttp.echo("secret"));
    var response = http.post("/v1/jobs", "application/json", body, "Fanfold-Project", "tenant-a");
    long id = FanfoldHttp.JSON.readTree(response.body()).get("id").asLong();

    await()
        .atMost(END)
        .until(
            () ->
                FanfoldHttp.json(http.get("/v1/jobs", "Fanfold-Project", "tenant-a"))
                        .get("jobs")
                        .size()
                    == 1);
    assertThat(http.get("/v1/jobs/" + id, "Fanfold-Project", "tenant-a").statusCode())
        .isEqualTo(200);
    assertThat(http.get("/v1/jobs/" + id, "Fanfold-Project", "tenant-b").statusCode())
        .isEqualTo(404);
    assertThat(http.get("/v1/jobs/" + id + "/items").statusCode()).isEqualTo(404);
    assertThat(FanfoldHttp.json(http.get("/v1/jobs", "Fanfold-Project", "tenant-b")).get("jobs"))
        .isEmpty();
  }

  @Test
  void jobs_are_listed_newest_first() {
    long first = http.submit(FanfoldHttp.echo("one")).get("id").asLong();
    long second = http.submit(FanfoldHttp.echo("two")).get("id").asLong();
    http.awaitEnd(first, END);
    http.awaitEnd(second, END);

    JsonNode list = FanfoldHttp.json(http.get("/v1/jobs?limit=1000"));
    var ids = new ArrayList<Long>();
    list.get("jobs").forEach(job -> ids.add(job.get("id").asLong()));
    assertThat(ids.indexOf(second)).isNotNegative().isLessThan(ids.indexOf(first));
    JsonNode page = FanfoldHttp.json(http.get("/v1/jobs?limit=1"));
    assertThat(page.get("jobs").get(0).get("id").asLong()).isEqualTo(ids.get(0));
    assertThat(page.get("hasMore").asBoolean()).isTrue();
  }

  @Test
  void a_submission_by_topic_is_the_same_job_however_often_it_is_sent() throws Exception {
    JobSubmission submission =
        JobSubmission.newBuilder()
            .setItems(List.of(Item.newBuilder().setUri("data:,topic").build()))
            .setFeatures(List.of(new Feature(EchoPredictor.FEATURE, Map.of())))
            .setName("by topic")
            .build();
    byte[] value = codec.encode(Topics.JOB_SUBMISSIONS, submission);
    for (int i = 0; i < 3; i++) {
      // The wrong partition on purpose: other clients hash keys in other ways.
      int partition = i % producer.partitionsFor(Topics.JOB_SUBMISSIONS.name()).size();
      producer
          .send(new ProducerRecord<>(Topics.JOB_SUBMISSIONS.name(), partition, "501", value))
          .get();
    }
    await().atMost(END).until(() -> http.get("/v1/jobs/501").statusCode() == 200);

    JsonNode job = http.awaitEnd(501, END);

    assertThat(job.get("name").asText()).isEqualTo("by topic");
    assertThat(job.get("counts").get("succeeded").asInt()).isEqualTo(1);
    long results =
        read(Topics.ITEM_RESULTS.name()).stream().filter(r -> r.key().startsWith("501/")).count();
    assertThat(results).isEqualTo(1);
  }

  @Test
  void an_invalid_submission_by_topic_is_a_failed_job_that_says_why() throws Exception {
    byte[] value =
        codec.encode(
            Topics.JOB_SUBMISSIONS,
            JobSubmission.newBuilder()
                .setItems(List.of(Item.newBuilder().setUri("gopher://old").build()))
                .setFeatures(List.of(new Feature(EchoPredictor.FEATURE, Map.of())))
                .build());
    producer.send(new ProducerRecord<>(Topics.JOB_SUBMISSIONS.name(), "502", value)).get();
    await().atMost(END).until(() -> http.get("/v1/jobs/502").statusCode() == 200);

    JsonNode job = http.awaitEnd(502, END);

    assertThat(job.get("status").asText()).isEqualTo("FAILED");
    assertThat(job.get("failure").get("code").asText()).isEqualTo("INVALID_SUBMISSION");
    assertThat(job.get("failure").get("message").asText()).contains("items[0].uri");
    assertThat(http.items(502, "").get("items")).isEmpty();
  }

  @Test
  void bytes_nobody_can_read_go_to_dead_letters_from_every_topic() throws Exception {
    for (String topic : List.of("job-submissions", "batches", "batch-results", "jobs")) {
      producer.send(new ProducerRecord<>(topic, "poison", new byte[] {9, 9, 9, 9, 9, 9})).get();
    }

    await()
        .atMost(END)
        .untilAsserted(
            () ->
                assertThat(
                        read(Topics.DEAD_LETTERS).stream()
                            .filter(record -> "poison".equals(record.key()))
                            .map(record -> header(record, "dead-letter-topic")))
                    .contains("job-submissions", "batches", "batch-results", "jobs"));
    long id = http.submit(FanfoldHttp.echo("still here")).get("id").asLong();
    assertThat(http.awaitEnd(id, END).get("status").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void an_unknown_feature_is_refused_by_name() throws Exception {
    ObjectNode body = FanfoldHttp.echo("one");
    ((ObjectNode) body.get("features").get(0)).put("name", "Clairvoyance");
    var response =
        http.post("/v1/jobs", "application/json", FanfoldHttp.JSON.writeValueAsBytes(body));

    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode problem = FanfoldHttp.JSON.readTree(response.body());
    assertThat(problem.get("errors").get(0).get("field").asText()).isEqualTo("features[0].name");
    assertThat(problem.get("detail").asText()).contains("Echo");
  }

  @Test
  void the_metrics_say_what_happened() {
    long id = http.submit(FanfoldHttp.echo("one")).get("id").asLong();
    http.awaitEnd(id, END);

    String metrics = http.get("/metrics").body();

    assertThat(metrics)
        .contains("fanfold_submissions_total{result=\"accepted\"}")
        .contains("fanfold_items_finished_total{code=\"NONE\"}")
        .contains("fanfold_job_states_total{status=\"COMPLETED\"}")
        .contains("kafka_consumer_")
        .contains("kafka_stream_")
        .contains("http_server_requests_seconds_count");
  }

  private static List<Integer> indexes(JsonNode page) {
    var indexes = new ArrayList<Integer>();
    page.get("items").forEach(item -> indexes.add(item.get("index").asInt()));
    return indexes;
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static List<ConsumerRecord<String, byte[]>> read(String topic) {
    var found = new ArrayList<ConsumerRecord<String, byte[]>>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                pipeline.addresses().kafka(),
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
    }
    return found;
  }
}
