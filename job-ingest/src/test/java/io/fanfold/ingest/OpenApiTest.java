package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.WebhookRules;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Splitting;
import io.fanfold.schemas.Stop;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Webhook;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document and the server say the same. */
final class OpenApiTest {

  private static ApiServer api;
  private static JsonNode document;

  @BeforeAll
  static void start() throws Exception {
    api = new ApiServer(Samples.codec("open-api-test"), "http://127.0.0.1:9", Samples.TEXT);
    HttpResponse<String> answer = api.get("/openapi.yaml");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/yaml");
    document = new YAMLMapper().readTree(answer.body());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void every_route_is_in_the_document_and_every_path_is_a_route() {
    var routes = new TreeSet<String>();
    for (var parsed : api.javalin.get().unsafe.internalRouter.allHttpHandlers()) {
      // What services ask of each other, and what a dialect answers, is described elsewhere.
      boolean described = !parsed.endpoint.path.matches("/(internal|fake)/.*");
      if (parsed.endpoint.method.isHttpMethod() && described) {
        routes.add(parsed.endpoint.method.name() + " " + parsed.endpoint.path);
      }
    }
    var paths = new TreeSet<String>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            paths.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));

    assertThat(routes).contains("POST /v1/jobs");
    assertThat(paths).isEqualTo(routes);
  }

  @Test
  void a_job_has_the_fields_the_document_requires() {
    JsonNode job = JobJson.of(everything(), ApiServer.NOW);

    assertSame(job, "Job");
    assertSame(job.get("counts"), "ItemCounts");
    assertSame(job.get("batches"), "BatchCounts");
    assertSame(job.get("features").get(0), "Feature");
    assertSame(job.get("webhook"), "Webhook");
    assertSame(job.get("models").get(0), "Model");
    assertSame(job.get("failure"), "JobFailure");
    assertSame(job.get("manifest"), "Manifest");
    assertSame(job.get("splitting"), "Splitting");
    assertSame(job.get("stop"), "Stop");
    assertSame(job.get("history").get(0), "EndedAttempt");
  }

  @Test
  void features_and_problems_have_the_fields_the_document_requires() {
    JsonNode feature = ApiServer.json(api.get("/v1/features")).get("features").get(0);
    assertSame(feature, "FeatureOffer");
    assertSame(feature.get("parameters").get(0), "ParameterOffer");

    JsonNode problem = ApiServer.json(api.post("{}"));
    assertThat(names(problem))
        .isEqualTo(names(schema("Problem").get("properties")))
        .containsAll(texts(schema("Problem").get("required")));
  }

  @Test
  void the_enums_are_ours() {
    assertThat(texts(schema("Job").get("properties").get("status").get("enum")))
        .isEqualTo(names(JobStatus.values()));
    assertThat(texts(schema("Job").get("properties").get("outcome").get("enum")))
        .isEqualTo(names(JobOutcome.values()));
    assertThat(texts(schema("FailureCode").get("enum"))).isEqualTo(names(FailureCode.values()));
    assertThat(texts(schema("EventType").get("enum")))
        .isEqualTo(new TreeSet<>(WebhookRules.JOB_EVENTS));
  }

  @Test
  void the_request_has_the_fields_that_are_read() {
    for (String field : names(schema("JobRequest").get("properties"))) {
      assertThat(api.post("{\"" + field + "\":{\"no\":\"such\"}}").body())
          .as(field)
          .doesNotContain("\"" + field + "\",\"message\":\"is not a known field");
    }
    assertThat(names(schema("JobRequest").get("properties")))
        .isEqualTo(
            Set.of(
                "items",
                "manifest",
                "outputUri",
                "features",
                "batchSize",
                "name",
                "customId",
                "feedId",
                "tag",
                "metadata",
                "failureIsolation",
                "priority",
                "webhook",
                "ttlSeconds",
                "deadline"));
  }

  @Test
  void the_example_is_accepted() {
    JsonNode example =
        document.at("/paths/~1v1~1jobs/post/requestBody/content/application~1json/example");

    assertThat(api.post(example.toString()).statusCode()).isEqualTo(202);
    assertSame(document.at("/components/examples/QueuedJob/value"), "Job");
  }

  @Test
  void every_event_is_described_with_an_example_of_its_schema() {
    assertThat(names(document.get("webhooks")))
        .isEqualTo(
            Stream.concat(WebhookRules.ENDPOINT_EVENTS.stream(), Stream.of(WebhookRules.TEST))
                .collect(Collectors.toCollection(TreeSet::new)));
    assertThat(texts(schema("EndpointEventType").get("enum")))
        .isEqualTo(new TreeSet<>(WebhookRules.ENDPOINT_EVENTS));
    document
        .get("webhooks")
        .properties()
        .forEach(
            webhook -> {
              JsonNode json = webhook.getValue().at("/post/requestBody/content/application~1json");
              String schema = json.at("/schema/$ref").textValue();
              JsonNode described = document.at(schema.substring(1));
              assertThat(json.at("/example/type").textValue()).isEqualTo(webhook.getKey());
              assertThat(names(json.get("example")))
                  .isEqualTo(names(described.get("properties")))
                  .isEqualTo(texts(described.get("required")));
            });
  }

  @Test
  void every_reference_leads_somewhere() {
    var references = new ArrayList<String>();
    collect(document, references);

    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  private static void collect(JsonNode node, List<String> references) {
    if (node.has("$ref")) {
      references.add(node.get("$ref").textValue());
    }
    node.forEach(child -> collect(child, references));
  }

  private static void assertSame(JsonNode written, String schema) {
    assertThat(names(written)).as(schema).isEqualTo(texts(schema(schema).get("required")));
    assertThat(names(written)).as(schema).isEqualTo(names(schema(schema).get("properties")));
  }

  private static JobState everything() {
    Job job =
        new BatchSplitter(100)
            .accept(
                7,
                Samples.submission()
                    .setWebhook(
                        Webhook.newBuilder()
                            .setUrl("https://a.example/")
                            .setSecretRef("main")
                            .build())
                    .setDialect(new Dialect("fake", "{\"asked\":true}"))
                    .build(),
                ApiServer.NOW);
    return JobState.newBuilder(JobStates.queued(job))
        .setModels(List.of(new Model("TextDetection", "m", "1")))
        .setFailure(new JobFailure("CODE", "message"))
        .setManifest(new Manifest("file:///data/m.jsonl", ManifestFormat.AUTO))
        .setSplitting(new Splitting(true, false, 1L, 1L, 0L))
        .setStop(new Stop(StopReason.CANCELED, ApiServer.NOW))
        .setHistory(
            List.of(
                new EndedAttempt(
                    1,
                    JobStatus.FAILED,
                    JobOutcome.ALL_FAILED,
                    0L,
                    1L,
                    0L,
                    ApiServer.NOW,
                    ApiServer.NOW)))
        .build();
  }

  private static JsonNode schema(String name) {
    return document.get("components").get("schemas").get(name);
  }

  private static Set<String> names(JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<String> names(Enum<?>[] constants) {
    return new TreeSet<>(Stream.of(constants).map(Enum::name).toList());
  }

  private static Set<String> texts(JsonNode array) {
    var texts = new TreeSet<String>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}
