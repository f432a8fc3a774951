package io.fanfold.ingest.dialect.rekognition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ManifestFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StartRequestTest {

  /** Every field there is. */
  private static final String FULL =
      """
      {"ClientRequestToken": "tok-1", "JobName": "November_1.a",
       "OperationsConfig": {"DetectModerationLabels": {"MinConfidence": 60}},
       "Input": {"S3Object": {"Bucket": "pictures", "Name": "a/november 1.jsonl", "Version": "v3"}},
       "OutputConfig": {"S3Bucket": "results", "S3KeyPrefix": "jobs/"},
       "KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"}
      """;

  private static final String LEAST =
      """
      {"OperationsConfig": {},
       "Input": {"S3Object": {"Bucket": "pictures", "Name": "in.jsonl"}},
       "OutputConfig": {"S3Bucket": "results"}}
      """;

  @Test
  void every_field_goes_into_the_submission() {
    JobSubmission job = read(FULL);

    assertThat(job.getProject()).isEqualTo("team");
    assertThat(job.getManifest().getUri()).isEqualTo("s3://pictures/a/november 1.jsonl");
    assertThat(job.getManifest().getFormat()).isEqualTo(ManifestFormat.JSON_LINES);
    assertThat(job.getFeatures()).hasSize(1);
    assertThat(job.getFeatures().get(0).getName()).isEqualTo("ModerationLabels");
    assertThat(job.getFeatures().get(0).getParameters()).isEqualTo(Map.of("minConfidence", 0.6));
    assertThat(job.getOutputUri()).isEqualTo("s3://results/jobs/");
    assertThat(job.getName()).isEqualTo("November_1.a");
    assertThat(job.getDialect().getName()).isEqualTo("rekognition");
  }

  @Test
  void what_is_shown_again_is_what_was_given_less_the_token() {
    ObjectNode expected = (ObjectNode) json(FULL);
    expected.remove("ClientRequestToken");
    JsonNode shown = json(read(FULL).getDialect().getRequest());

    JsonNode labels = shown.path("OperationsConfig").path("DetectModerationLabels");
    assertThat(labels.path("MinConfidence").doubleValue()).isEqualTo(60);
    ((ObjectNode) labels)
        .set(
            "MinConfidence", expected.at("/OperationsConfig/DetectModerationLabels/MinConfidence"));
    assertThat(shown).isEqualTo(expected);
  }

  @Test
  void what_may_be_left_out_has_rekognitions_defaults() {
    JobSubmission job = read(LEAST);

    assertThat(job.getFeatures().get(0).getParameters()).isEqualTo(Map.of("minConfidence", 0.5));
    assertThat(job.getOutputUri()).isEqualTo("s3://results/");
    assertThat(job.getName()).isNull();
    assertThat(job.getSubmissionId()).isNull();
    assertThat(json(job.getDialect().getRequest())).isEqualTo(json(LEAST));
  }

  @Test
  void a_token_is_the_same_submission_id_each_time_and_no_native_key() {
    String longest = "x".repeat(64);

    String id = StartRequest.submissionId(longest);

    assertThat(id).isEqualTo(StartRequest.submissionId(longest)).hasSizeLessThanOrEqualTo(64);
    assertThat(id).startsWith("rekognition:").doesNotContain("xxx");
    assertThat(StartRequest.submissionId("y")).isNotEqualTo(id);
    assertThat(read(FULL).getSubmissionId()).isEqualTo(StartRequest.submissionId("tok-1"));
  }

  @Test
  void the_same_values_written_otherwise_are_the_same_job() {
    String other =
        """
        {"KmsKeyId": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd",
         "OutputConfig": {"S3KeyPrefix": "jobs/", "S3Bucket": "results"},
         "Input": {"S3Object": {"Version": "v3", "Name": "a/november 1.jsonl", "Bucket": "pictures"}},
         "OperationsConfig": {"DetectModerationLabels": {"MinConfidence": 6.0E1}},
         "JobName": "November_1.a", "ClientRequestToken": "tok-1"}
        """;

    assertThat(read(other)).isEqualTo(read(FULL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ClientRequestToken | \"\" | ClientRequestToken",
        "/ClientRequestToken | \"a b\" | ClientRequestToken",
        "/ClientRequestToken | \"12345678901234567890123456789012345678901234567890123456789012345\""
            + " | ClientRequestToken",
        "/JobName | \"a/b\" | JobName",
        "/JobName | 7 | JobName",
        "/KmsKeyId | \"-a\" | KmsKeyId",
        "/OperationsConfig | null | OperationsConfig",
        "/OperationsConfig | {\"DetectFaces\":{}} | OperationsConfig.DetectFaces",
        "/OperationsConfig/DetectModerationLabels/MinConfidence | -0.1"
            + " | OperationsConfig.DetectModerationLabels.MinConfidence",
        "/OperationsConfig/DetectModerationLabels/MinConfidence | 100.5"
            + " | OperationsConfig.DetectModerationLabels.MinConfidence",
        "/OperationsConfig/DetectModerationLabels/MinConfidence | \"60\""
            + " | OperationsConfig.DetectModerationLabels.MinConfidence",
        "/OperationsConfig/DetectModerationLabels/ProjectVersion | \"short\""
            + " | OperationsConfig.DetectModerationLabels.ProjectVersion",
        "/Input | null | Input",
        "/Input/S3Object | null | Input.S3Object",
        "/Input/S3Object/Bucket | null | Input.S3Object.Bucket",
        "/Input/S3Object/Bucket | \"a/b\" | Input.S3Object.Bucket",
        "/Input/S3Object/Bucket | \"ab\" | Input.S3Object.Bucket",
        "/Input/S3Object/Name | null | Input.S3Object.Name",
        "/Input/S3Object/Name | \"a\\u0007\" | Input.S3Object.Name",
        "/Input/S3Object/Version | \"\" | Input.S3Object.Version",
        "/OutputConfig | null | OutputConfig",
        "/OutputConfig/S3Bucket | null | OutputConfig.S3Bucket",
        "/OutputConfig/S3Bucket | \"a..b\" | OutputConfig.S3Bucket",
        "/OutputConfig/S3KeyPrefix | \"a b\" | OutputConfig.S3KeyPrefix",
        "/Surprise | 1 | Surprise"
      })
  void a_field_that_breaks_its_rule_is_named(String pointer, String value, String field) {
    JsonNode body = json(FULL);
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) body.at(pointer.substring(0, slash)))
        .set(pointer.substring(slash + 1), json(value));

    ProblemException refused = refused(body);

    assertThat(refused.problem().errors()).extracting(FieldError::field).containsExactly(field);
    assertThat(AwsError.of(refused.problem()).type()).isEqualTo("InvalidParameterException");
    assertThat(AwsError.of(refused.problem()).message()).startsWith(field);
  }

  @Test
  void all_that_is_wrong_is_said_at_once() {
    ProblemException refused = refused(json("{}"));

    assertThat(AwsError.of(refused.problem()).message())
        .isEqualTo("OperationsConfig is required; Input is required; OutputConfig is required");
  }

  @Test
  void a_custom_model_is_not_replaced_by_another() {
    JsonNode body = json(FULL);
    ((ObjectNode) body.at("/OperationsConfig/DetectModerationLabels"))
        .put("ProjectVersion", "arn:aws:rekognition:eu-west-1:111122223333:project/p/version/v/1");

    assertThat(AwsError.of(refused(body).problem()).type()).isEqualTo("ResourceNotFoundException");
  }

  private static ProblemException refused(JsonNode body) {
    return catchThrowableOfType(ProblemException.class, () -> StartRequest.read(body, "team"));
  }

  private static JobSubmission read(String body) {
    return StartRequest.read(json(body), "team");
  }

  private static JsonNode json(String text) {
    return Json.parse(text.getBytes(UTF_8));
  }
}
