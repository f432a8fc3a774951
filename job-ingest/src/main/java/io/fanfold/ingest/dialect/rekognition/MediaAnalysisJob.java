package io.fanfold.ingest.dialect.rekognition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.JobFiles;
import io.fanfold.kit.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** A job as GetMediaAnalysisJob answers it, and ListMediaAnalysisJobs lists it. */
final class MediaAnalysisJob {

  private static final String SUCCEEDED = "SUCCEEDED";
  private static final String FAILED = "FAILED";

  private final JsonNode job;
  private final JsonNode request;
  private final WrittenFiles.Files files;

  private MediaAnalysisJob(JsonNode job, WrittenFiles.Files files) {
    this.job = job;
    this.request = job.path("dialect").path("request");
    this.files = files;
  }

  /**
   * @param job as lookups show it
   * @param files what is written of its newest attempt
   */
  static ObjectNode of(JsonNode job, WrittenFiles.Files files) {
    return new MediaAnalysisJob(job, files).json();
  }

  private ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    String status = status();
    json.put("JobId", job.path("id").asText());
    asGiven(json, "JobName");
    asGiven(json, "OperationsConfig");
    json.put("Status", status);
    if (status.equals(FAILED)) {
      json.set("FailureDetails", FailureDetails.of(job, files));
    }
    json.put("CreationTimestamp", seconds(job.path("createdAt")));
    boolean ended = status.equals(SUCCEEDED) || status.equals(FAILED);
    if (ended && job.path("endedAt").isTextual()) {
      json.put("CompletionTimestamp", seconds(job.path("endedAt")));
    }
    asGiven(json, "Input");
    asGiven(json, "OutputConfig");
    asGiven(json, "KmsKeyId");
    // A manifest that could not be read at all has neither.
    if (ended && files.areThere() && job.path("counts").path("total").asLong() > 0) {
      ObjectNode results = json.putObject("Results");
      results.set("S3Object", object(JobFiles.REKOGNITION_RESULTS));
      modelVersion()
          .ifPresent(version -> results.putObject("ModelVersions").put("Moderation", version));
      json.putObject("ManifestSummary").set("S3Object", object(JobFiles.REKOGNITION_SUMMARY));
    }
    return json;
  }

  /** A job has succeeded when its results can be read: clients look for them at once. */
  private String status() {
    return switch (job.path("status").asText()) {
      case "QUEUED" -> job.path("splitting").isObject() ? "QUEUED" : "CREATED";
      case "RUNNING" -> "IN_PROGRESS";
      case "COMPLETED" -> {
        if (files.areThere()) {
          yield SUCCEEDED;
        }
        yield files.error() == null ? "IN_PROGRESS" : FAILED;
      }
      default -> FAILED;
    };
  }

  private void asGiven(ObjectNode json, String name) {
    JsonNode value = request.get(name);
    if (value != null && !value.isNull()) {
      json.set(name, value);
    }
  }

  private ObjectNode object(String name) {
    String bucket = request.path("OutputConfig").path("S3Bucket").asText();
    String uri = JobFiles.uri(job.path("outputUri").asText(), job.path("id").asLong(), name);
    return Json.MAPPER
        .createObjectNode()
        .put("Bucket", bucket)
        .put("Name", uri.substring("s3://".length() + bucket.length() + 1));
  }

  /** Of the workers that were there last, where they changed while it ran. */
  private Optional<String> modelVersion() {
    String version = null;
    for (JsonNode model : job.path("models")) {
      if (model.path("feature").asText().equals(StartRequest.FEATURE)) {
        version = model.path("version").asText();
      }
    }
    return Optional.ofNullable(version);
  }

  /** Seconds since 1970 with milliseconds, as the SDKs read them. */
  private static BigDecimal seconds(JsonNode time) {
    return BigDecimal.valueOf(Instant.parse(time.textValue()).toEpochMilli(), 3);
  }
}
