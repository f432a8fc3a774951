package io.fanfold.aggregator.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Dialect;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Prediction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a job has that came through the Rekognition dialect, as its page on manifests has it. */
class RekognitionFilesTest {

  private static final List<ItemResult> RESULTS =
      List.of(
          result(0)
              .setPredictions(
                  List.of(
                      label("Porn", "Explicit", 0.75f),
                      label("Hentai", "Explicit", 0.5f),
                      label("Sexy", "Suggestive", 0.25f),
                      Prediction.newBuilder().setFeature("Other").setLabel("x").build()))
              .build(),
          result(1).setFailure(new Failure(FailureCode.NOT_FOUND, "no such key", null)).build(),
          // The same picture again, in its own line.
          result(0).setIndex(2).setLine(3L).build(),
          result(3).setUri("").setFailure(invalid()).build(),
          result(4).setFailure(new Failure(FailureCode.CANCELED, "stopped", null)).build());

  private final ArtifactContent content = ArtifactSamples.content(RESULTS);
  private final JobState job = job();

  @Test
  void a_line_a_picture_is_the_answer_of_detect_moderation_labels() throws IOException {
    String[] lines = whole(ArtifactFile.REKOGNITION_RESULTS).split("\n");

    assertThat(lines).hasSize(2);
    assertThat(Json.MAPPER.readTree(lines[0]))
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"source-ref": "s3://in/0.jpg", "detect-moderation-labels": {
                  "ModerationLabels": [
                    {"Confidence": 75.0, "Name": "Explicit", "ParentName": "", "TaxonomyLevel": 1},
                    {"Confidence": 75.0, "Name": "Porn", "ParentName": "Explicit",
                     "TaxonomyLevel": 2},
                    {"Confidence": 50.0, "Name": "Hentai", "ParentName": "Explicit",
                     "TaxonomyLevel": 2},
                    {"Confidence": 25.0, "Name": "Suggestive", "ParentName": "",
                     "TaxonomyLevel": 1},
                    {"Confidence": 25.0, "Name": "Sexy", "ParentName": "Suggestive",
                     "TaxonomyLevel": 2}],
                  "ModerationModelVersion": "4.3.0", "ContentTypes": []}}
                """));
    assertThat(lines[1])
        .isEqualTo(
            "{\"source-ref\":\"s3://in/0.jpg\",\"detect-moderation-labels\":{\"ModerationLabels\":[],"
                + "\"ModerationModelVersion\":\"4.3.0\",\"ContentTypes\":[]}}");
  }

  @Test
  void the_summary_has_what_the_page_has_and_nothing_else() throws IOException {
    JsonNode summary = Json.MAPPER.readTree(whole(ArtifactFile.REKOGNITION_SUMMARY));

    assertThat(summary)
        .isEqualTo(
            Json.MAPPER.readTree(
                """
                {"version": "1.0",
                 "statistics": {"total-json-lines": 5, "valid-json-lines": 3,
                   "invalid-json-lines": 2},
                 "errors": [
                   {"line-number": 2, "line-numer": 2, "source-ref": "s3://in/1.jpg",
                    "code": "NOT_FOUND", "message": "no such key"},
                   {"line-number": 4, "line-numer": 4, "code": "INVALID_ITEM",
                    "message": "the line is not JSON"}]}
                """));
  }

  @Test
  void only_jobs_of_the_dialect_have_them() {
    assertThat(ArtifactFile.of(job))
        .contains(ArtifactFile.REKOGNITION_RESULTS, ArtifactFile.REKOGNITION_SUMMARY)
        .hasSize(6);
    assertThat(ArtifactFile.named(job, "rekognition-results.jsonl")).isPresent();
    job.setDialect(new Dialect("deepva", "{}"));
    assertThat(ArtifactFile.of(job)).hasSize(4);
    job.setDialect(null);
    assertThat(ArtifactFile.named(job, "rekognition-results.jsonl")).isEmpty();
  }

  private String whole(ArtifactFile file) throws IOException {
    var bytes = new ByteArrayOutputStream();
    boolean all =
        content.write(
            job,
            file,
            0,
            0,
            (piece, next) -> {
              bytes.writeBytes(piece);
              return true;
            });
    assertThat(all).isTrue();
    return bytes.toString(UTF_8);
  }

  private static JobState job() {
    JobState job = ArtifactSamples.ended(42, RESULTS.size(), "s3://out/p");
    job.setSucceeded(2);
    job.setFailed(2);
    job.setCanceled(1);
    job.setModels(
        List.of(new Model("Other", "o", "1"), new Model("ModerationLabels", "m", "4.3.0")));
    job.setDialect(new Dialect("rekognition", "{}"));
    return job;
  }

  private static ItemResult.Builder result(long index) {
    return ItemResult.newBuilder()
        .setIndex(index)
        .setLine(index + 1)
        .setUri("s3://in/" + index + ".jpg");
  }

  private static Failure invalid() {
    return new Failure(FailureCode.INVALID_ITEM, "the line is not JSON", null);
  }

  private static Prediction label(String name, String parent, float confidence) {
    return Prediction.newBuilder()
        .setFeature("ModerationLabels")
        .setLabel(name)
        .setParentLabel(parent)
        .setConfidence(confidence)
        .build();
  }
}
