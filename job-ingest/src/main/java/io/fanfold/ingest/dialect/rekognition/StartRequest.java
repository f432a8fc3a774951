package io.fanfold.ingest.dialect.rekognition;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** StartMediaAnalysisJob: what it asks for as a submission. */
final class StartRequest {

  static final String FEATURE = "ModerationLabels";

  /** Rekognition's own, in percent. */
  private static final double DEFAULT_MIN_CONFIDENCE = 50;

  private static final double PERCENT = 100;

  private final List<FieldError> errors = new ArrayList<>();
  // What Get and List show again: the same for the same values, however they were written.
  private final ObjectNode shown = Json.MAPPER.createObjectNode();
  private String manifestUri = "";
  private String outputUri = "";
  private double minConfidence = DEFAULT_MIN_CONFIDENCE;
  private String projectVersion;

  private StartRequest() {}

  /**
   * @throws io.fanfold.kit.ProblemException naming every field at fault, or a model there is not
   */
  static JobSubmission read(JsonNode body, String project) {
    return new StartRequest().submission(body, project);
  }

  private JobSubmission submission(JsonNode body, String project) {
    var fields = new JsonFields(body, "", errors);
    String token = TextRule.TOKEN.read(fields, "", "ClientRequestToken", errors);
    String name = show(shown, fields, "", "JobName", TextRule.JOB_NAME);
    operations(required(fields, "OperationsConfig"));
    input(required(fields, "Input"));
    output(required(fields, "OutputConfig"));
    show(shown, fields, "", "KmsKeyId", TextRule.KMS_KEY);
    fields.done();
    JsonFields.refuse(errors);
    if (projectVersion != null) {
      // Results of another model than the one asked for would be worse than none.
      throw AwsError.refusal(
          AwsError.RESOURCE_NOT_FOUND,
          "OperationsConfig.DetectModerationLabels.ProjectVersion: there are no custom models here");
    }
    return JobSubmission.newBuilder()
        .setProject(project)
        .setManifest(new Manifest(manifestUri, ManifestFormat.JSON_LINES))
        .setFeatures(
            List.of(new Feature(FEATURE, Map.of("minConfidence", minConfidence / PERCENT))))
        .setOutputUri(outputUri)
        .setName(name)
        .setSubmissionId(token == null ? null : submissionId(token))
        .setDialect(new Dialect(RekognitionDialect.NAME, new String(Json.bytes(shown), UTF_8)))
        .build();
  }

  private void operations(JsonFields operations) {
    if (operations == null) {
      return;
    }
    ObjectNode into = shown.putObject("OperationsConfig");
    JsonFields moderation = operations.object("DetectModerationLabels");
    operations.done();
    if (moderation == null) {
      return;
    }
    String path = "OperationsConfig.DetectModerationLabels.";
    ObjectNode labels = into.putObject("DetectModerationLabels");
    Double least = moderation.number("MinConfidence");
    if (least != null) {
      labels.put("MinConfidence", least);
      minConfidence = least;
      if (least < 0 || least > PERCENT) {
        errors.add(new FieldError(path + "MinConfidence", "must be 0 to 100"));
      }
    }
    projectVersion = TextRule.PROJECT_VERSION.read(moderation, path, "ProjectVersion", errors);
    moderation.done();
  }

  private void input(JsonFields input) {
    if (input == null) {
      return;
    }
    ObjectNode into = shown.putObject("Input").putObject("S3Object");
    JsonFields object = required(input, "Input.", "S3Object");
    input.done();
    if (object == null) {
      return;
    }
    String path = "Input.S3Object.";
    String bucket = require(into, object, path, "Bucket", TextRule.BUCKET);
    String name = require(into, object, path, "Name", TextRule.OBJECT);
    show(into, object, path, "Version", TextRule.VERSION);
    object.done();
    manifestUri = "s3://" + bucket + "/" + name;
  }

  private void output(JsonFields output) {
    if (output == null) {
      return;
    }
    ObjectNode into = shown.putObject("OutputConfig");
    String path = "OutputConfig.";
    String bucket = require(into, output, path, "S3Bucket", TextRule.BUCKET);
    String prefix = show(into, output, path, "S3KeyPrefix", TextRule.KEY_PREFIX);
    output.done();
    outputUri = "s3://" + bucket + "/" + (prefix == null ? "" : prefix);
  }

  private JsonFields required(JsonFields fields, String name) {
    return required(fields, "", name);
  }

  private JsonFields required(JsonFields fields, String path, String name) {
    JsonFields object = fields.object(name);
    if (object == null) {
      errors.add(new FieldError(path + name, "is required"));
    }
    return object;
  }

  private String require(
      ObjectNode into, JsonFields fields, String path, String name, TextRule rule) {
    String value = rule.require(fields, path, name, errors);
    into.put(name, value);
    return value;
  }

  private String show(ObjectNode into, JsonFields fields, String path, String name, TextRule rule) {
    String value = rule.read(fields, path, name, errors);
    if (value != null) {
      into.put(name, value);
    }
    return value;
  }

  /** A project's submission ids are shared with the native API, where a token means nothing. */
  static String submissionId(String token) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      return RekognitionDialect.NAME
          + ":"
          + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
