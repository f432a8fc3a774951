package io.fanfold.ingest.dialect.cognite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.ParameterType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExtractRequestTest {

  @Test
  void the_documented_request_becomes_a_job_with_all_that_it_says() {
    JobSubmission job = job(CogniteSamples.REQUEST, Map.of());

    assertThat(job.getProject()).isEqualTo("plant");
    assertThat(job.getFailureIsolation()).isEqualTo(FailureIsolation.BATCH);
    assertThat(job.getBatchSize()).isEqualTo(10);
    assertThat(job.getItems()).hasSize(1);
    assertThat(job.getItems().get(0).getUri()).isEqualTo("s3://pictures/1234.jpg");
    assertThat(job.getItems().get(0).getCustomId()).isEqualTo("1234");
    assertThat(job.getItems().get(0).getMediaType()).isEqualTo("image/jpeg");
    assertThat(job.getFeatures())
        .containsExactly(
            new Feature("TextDetection", Map.of("threshold", 0.8)),
            new Feature(
                "AssetTagDetection",
                Map.of(
                    "threshold", 0.8, "partialMatch", true, "assetSubtreeIds", List.of("1", "2"))),
            new Feature("PeopleDetection", Map.of("threshold", 0.8)));
    assertThat(job.getDialect().getName()).isEqualTo("cognite");
    assertThat(CogniteSamples.json(job.getDialect().getRequest()))
        .isEqualTo(
            CogniteSamples.json(
                """
                {"items": [{"fileId": 1234, "fileExternalId": "1234",
                            "fileInstanceId": {"space": "space", "externalId": "externalId"}}],
                 "features": ["TextDetection", "AssetTagDetection", "PeopleDetection"],
                 "parameters": %s}"""
                    .formatted(CogniteSamples.PARAMETERS)));
  }

  @Test
  void files_are_named_in_three_ways() {
    ExtractRequest request =
        read(
            """
            {"features": ["TextDetection"],
             "items": [{"fileId": 1}, {"fileExternalId": "x"},
                       {"fileInstanceId": {"space": "s", "externalId": "e"}}]}""");

    assertThat(request.items())
        .containsExactly(
            new FileReference.Id(1),
            new FileReference.ExternalId("x"),
            new FileReference.Instance("s", "e"));
    assertThat(request.parametersJson()).isNull();
    assertThat(
            CogniteErrors.missing(request.items().stream().map(FileReference::missing).toList())
                .toString())
        .isEqualTo(
            "{\"error\":{\"code\":400,\"message\":\"Files not found: 3\","
                + "\"missing\":[{\"id\":1},{\"externalId\":\"x\"},"
                + "{\"instanceId\":{\"space\":\"s\",\"externalId\":\"e\"}}]}}");
  }

  @Test
  void a_threshold_below_what_the_model_takes_is_its_least() {
    FeatureOffer people =
        FeatureOffer.newBuilder()
            .setName("PeopleDetection")
            .setDescription("d")
            .setModel("m")
            .setModelVersion("1")
            .setMediaTypes(List.of())
            .setParameters(
                List.of(
                    ParameterOffer.newBuilder()
                        .setName("threshold")
                        .setType(ParameterType.NUMBER)
                        .setDescription("d")
                        .setMinimum(0.05)
                        .build()))
            .build();

    JobSubmission job =
        job(
            """
            {"items": [{"fileId": 1}], "features": ["PeopleDetection"],
             "parameters": {"peopleDetectionParameters": {"threshold": 0}}}""",
            Map.of("PeopleDetection", people));

    assertThat(job.getFeatures().get(0).getParameters()).isEqualTo(Map.of("threshold", 0.05));
    assertThat(job.getDialect().getRequest()).contains("\"threshold\":0}");
  }

  @Test
  void parameters_of_features_that_are_not_asked_for_are_only_shown() {
    JobSubmission job =
        job(
            """
            {"items": [{"fileId": 1}], "features": ["PeopleDetection"],
             "parameters": {"textDetectionParameters": {"threshold": 0.5}}}""",
            Map.of());

    assertThat(job.getFeatures()).containsExactly(new Feature("PeopleDetection", Map.of()));
    assertThat(job.getDialect().getRequest()).contains("textDetectionParameters");
  }

  @Test
  void the_longest_request_fits_into_what_a_job_may_keep_of_it() {
    var files = CogniteSamples.files(100);
    files.forEach(
        file -> {
          file.setExternalId("\u4e16".repeat(255));
          file.setInstanceSpace("s".repeat(43));
          file.setInstanceExternalId("e".repeat(255));
        });
    String ids =
        IntStream.range(0, 100).mapToObj(i -> "9007199254740991").collect(Collectors.joining(","));
    ExtractRequest request =
        read(
            """
            {"items": [{"fileId": 1}], "features": ["AssetTagDetection"],
             "parameters": {"assetTagDetectionParameters": {"assetSubtreeIds": [%s]}}}"""
                .formatted(ids));

    JobSubmission job = ExtractJob.of("plant", request, files, 10, Map.of());

    assertThat(job.getDialect().getRequest().getBytes(UTF_8)).hasSizeLessThan(128 * 1024);
  }

  @Test
  void a_feature_listed_twice_is_named() {
    ExtractRequest request =
        read(
            """
            {"items": [{"fileId": 1}],
             "features": ["TextDetection", "PeopleDetection", "TextDetection", "TextDetection"]}""");

    assertThat(request.duplicated()).containsExactly("TextDetection");
    assertThat(CogniteErrors.duplicated(request.duplicated()))
        .isEqualTo(
            CogniteSamples.json(
                """
                {"error": {"code": 400, "message": "features must be unique",
                           "duplicated": [{"feature": "TextDetection"}]}}"""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"features\":[\"TextDetection\"]} | items",
        "{\"items\":[],\"features\":[\"TextDetection\"]} | items",
        "{\"items\":[{}],\"features\":[\"TextDetection\"]} | items[0]",
        "{\"items\":[{\"fileId\":1,\"fileExternalId\":\"a\"}],\"features\":[\"TextDetection\"]} | items[0]",
        "{\"items\":[{\"fileId\":\"1\"}],\"features\":[\"TextDetection\"]} | items[0].fileId",
        "{\"items\":[{\"fileInstanceId\":{}}],\"features\":[\"TextDetection\"]} | items[0].fileInstanceId",
        "{\"items\":[{\"fileId\":1}]} | features",
        "{\"items\":[{\"fileId\":1}],\"features\":[]} | features",
        "{\"items\":[{\"fileId\":1}],\"features\":[\"Clairvoyance\"]} | features[0]",
        "{\"items\":[{\"fileId\":1}],\"features\":[\"ValveDetection\"]} | features[0]",
        "{\"items\":[{\"fileId\":1}],\"features\":[\"TextDetection\"],\"more\":1} | more",
        "{\"items\":[{\"fileId\":1}],\"features\":[\"TextDetection\"],\"parameters\":{\"valveDetectionParameters\":{}}} | parameters.valveDetectionParameters",
        "{\"items\":[{\"fileId\":1}],\"features\":[\"TextDetection\"],\"parameters\":{\"textDetectionParameters\":{\"threshold\":1.01}}} | parameters.textDetectionParameters.threshold",
        "{\"items\":[{\"fileId\":1}],\"features\":[\"TextDetection\"],\"parameters\":{\"assetTagDetectionParameters\":{\"assetSubtreeIds\":[\"1\"]}}} | parameters.assetTagDetectionParameters.assetSubtreeIds[0]",
        "{\"items\":[{\"fileId\":1}],\"features\":[\"TextDetection\"],\"parameters\":{\"textDetectionParameters\":{\"partialMatch\":true}}} | parameters.textDetectionParameters.partialMatch",
      })
  void what_is_wrong_is_named(String request, String field) {
    Problem problem = catchThrowableOfType(ProblemException.class, () -> read(request)).problem();

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.errors()).extracting(Problem.FieldError::field).contains(field);
    JsonNode error = CogniteErrors.of(problem).get("error");
    assertThat(error.get("code").intValue()).isEqualTo(400);
    assertThat(error.get("message").textValue()).contains(field);
    assertThat(error.has("missing")).isFalse();
    assertThat(error.has("duplicated")).isFalse();
  }

  @Test
  void a_hundred_and_one_files_are_too_many() {
    String items =
        IntStream.range(0, 101)
            .mapToObj(i -> "{\"fileId\":" + (i + 1) + "}")
            .collect(Collectors.joining(",", "[", "]"));

    Problem problem =
        catchThrowableOfType(
                ProblemException.class,
                () -> read("{\"items\":" + items + ",\"features\":[\"TextDetection\"]}"))
            .problem();

    assertThat(problem.detail()).isEqualTo("items must have 1 to 100 files");
  }

  private static ExtractRequest read(String json) {
    return ExtractRequest.read(CogniteSamples.json(json));
  }

  private static JobSubmission job(String json, Map<String, FeatureOffer> offers) {
    return ExtractJob.of("plant", read(json), CogniteSamples.files(1), 10, offers);
  }
}
