package io.fanfold.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.serde.SchemaRegistryUnavailableException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native HTTP API. A job is validated and produced to job-submissions, nothing more; lookups
 * are the result aggregator's.
 */
final class JobApi {

  private static final Logger log = LoggerFactory.getLogger(JobApi.class);

  private final SubmissionRules rules;
  private final BatchSplitter splitter;
  private final FeatureOffers offers;
  private final JobIds ids;
  private final AvroCodec codec;
  private final Producer<String, byte[]> producer;
  private final LookupProxy lookups;
  private final Clock clock;

  JobApi(
      SubmissionRules rules,
      BatchSplitter splitter,
      FeatureOffers offers,
      JobIds ids,
      AvroCodec codec,
      Producer<String, byte[]> producer,
      LookupProxy lookups,
      Clock clock) {
    this.rules = rules;
    this.splitter = splitter;
    this.offers = offers;
    this.ids = ids;
    this.codec = codec;
    this.producer = producer;
    this.lookups = lookups;
    this.clock = clock;
  }

  void routes(RoutesConfig routes) {
    routes.post("/v1/jobs", this::submit);
    routes.get("/v1/jobs", lookups::forward);
    routes.get("/v1/jobs/{id}", lookups::forward);
    routes.get("/v1/jobs/{id}/items", lookups::forward);
    routes.get("/v1/features", this::features);
    routes.get("/openapi.yaml", JobApi::openApi);
  }

  private void submit(Context context) {
    requireJson(context.contentType());
    String project = HttpApi.project(context);
    JobSubmission submission = JobRequest.read(Json.parse(context.bodyAsBytes()), project);
    JobRequest.refuse(rules.check(submission));
    if (offers.byName().isEmpty()) {
      throw Problem.unavailable("no worker has announced its features yet").exception();
    }
    JobRequest.refuse(SubmissionRules.checkOffered(submission, offers.byName()));
    long id = ids.next();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Job job = splitter.accept(id, submission, now);
    var record =
        new ProducerRecord<>(
            Topics.JOB_SUBMISSIONS.name(),
            null,
            now.toEpochMilli(),
            JobIds.key(id),
            encode(submission));
    context.future(
        () ->
            send(record)
                .handle(
                    (done, failure) -> {
                      answer(context, job, failure);
                      return null;
                    }));
  }

  private byte[] encode(JobSubmission submission) {
    try {
      return codec.encode(Topics.JOB_SUBMISSIONS, submission);
    } catch (SchemaRegistryUnavailableException e) {
      log.warn("a job could not be accepted", e);
      throw Problem.unavailable("the schema registry does not answer; the job may be sent again")
          .exception();
    }
  }

  private void answer(Context context, Job job, Throwable failure) {
    if (failure != null) {
      log.warn("job {} could not be accepted", job.getId(), failure);
      HttpApi.answer(
          context, Problem.unavailable("Kafka did not take the job; it may be sent again"));
      return;
    }
    context.header("Location", "/v1/jobs/" + job.getId());
    HttpApi.json(context, 202, JobJson.of(JobStates.queued(job), job.getCreatedAt()));
  }

  private CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
    var sent = new CompletableFuture<Void>();
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure == null) {
              sent.complete(null);
            } else {
              sent.completeExceptionally(failure);
            }
          });
    } catch (KafkaException e) {
      sent.completeExceptionally(e);
    }
    return sent;
  }

  private void features(Context context) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("features");
    for (FeatureOffer offer : offers.byName().values()) {
      ObjectNode feature = list.addObject();
      feature.put("name", offer.getName());
      feature.put("description", offer.getDescription());
      feature.put("model", offer.getModel());
      feature.put("modelVersion", offer.getModelVersion());
      ArrayNode mediaTypes = feature.putArray("mediaTypes");
      offer.getMediaTypes().forEach(mediaTypes::add);
      ArrayNode parameters = feature.putArray("parameters");
      for (ParameterOffer parameter : offer.getParameters()) {
        parameters
            .addObject()
            .put("name", parameter.getName())
            .put("type", parameter.getType().name())
            .put("description", parameter.getDescription())
            .put("required", parameter.getRequired())
            .put("defaultValue", parameter.getDefaultValue())
            .put("minimum", parameter.getMinimum())
            .put("maximum", parameter.getMaximum());
      }
    }
    HttpApi.json(context, 200, body);
  }

  private static void openApi(Context context) throws IOException {
    try (InputStream document = JobApi.class.getResourceAsStream("/openapi.yaml")) {
      context.contentType("application/yaml").result(document.readAllBytes());
    }
  }

  private static void requireJson(String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT).replace(" ", "");
    if (!type.equals("application/json") && !type.equals("application/json;charset=utf-8")) {
      throw Problem.of(
              415,
              "UNSUPPORTED_MEDIA_TYPE",
              "Not that media type",
              "Send application/json in UTF-8.")
          .exception();
    }
  }
}
