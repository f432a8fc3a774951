package io.fanfold.ingest.dialect.imageintelligence;

import static io.fanfold.ingest.dialect.Shapes.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.JobSubmission;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MatchBodyTest {

  private static final String TARGET = "'target': {'class': 'cup', 'images': ['http://a/cup']}";

  @Test
  void a_whole_job() {
    JobSubmission job =
        read(
            """
            {'images': [
               {'url': 'https://publicly.available.domain.net/image-001.jpg',
                'customId': 'some_person_filled_image'},
               {'blob': '/9j/4AAQ', 'customId': ''}],
             'target': {
               'class': 'person', 'customId': 'example_target_id',
               'images': ['https://a/person-001.jpg', 'https://a/person-002.jpg']},
             'webhookUrl': 'https://a/hook', 'customId': 'mine', 'feedId': 'Camera_123456'}
            """);

    assertThat(job.getProject()).isEqualTo("blue");
    assertThat(job.getCustomId()).isEqualTo("mine");
    assertThat(job.getFeedId()).isEqualTo("Camera_123456");
    assertThat(job.getItems().get(0).getUri())
        .isEqualTo("https://publicly.available.domain.net/image-001.jpg");
    assertThat(job.getItems().get(0).getCustomId()).isEqualTo("some_person_filled_image");
    assertThat(job.getItems().get(1).getUri())
        .isEqualTo("data:application/octet-stream;base64,/9j/4AAQ");
    assertThat(job.getItems().get(1).getCustomId()).isNull();
    assertThat(job.getFeatures())
        .containsExactly(
            new Feature(
                "TargetMatch",
                Map.of(
                    "targets", List.of("https://a/person-001.jpg", "https://a/person-002.jpg"),
                    "labels", List.of("person", "person"))));
    assertThat(job.getWebhook().getUrl()).isEqualTo("https://a/hook");
    assertThat(job.getWebhook().getFormat()).isEqualTo("imageintelligence");
    assertThat(job.getWebhook().getBodyPath())
        .isEqualTo("/internal/dialects/imageintelligence/jobs/{id}");
    assertThat(job.getWebhook().getEvents())
        .containsExactly("job.completed", "job.failed", "job.canceled", "job.expired");
    assertThat(json(job.getDialect().getRequest()))
        .isEqualTo(
            json(
                """
                {'images': [
                   {'url': 'https://publicly.available.domain.net/image-001.jpg',
                    'customId': 'some_person_filled_image'},
                   {'customId': ''}],
                 'target': {
                   'class': 'person', 'customId': 'example_target_id',
                   'images': ['https://a/person-001.jpg', 'https://a/person-002.jpg']},
                 'webhookUrl': 'https://a/hook'}
                """));
  }

  @Test
  void a_job_that_says_little() {
    JobSubmission job = read("{'images': [{'url': 'http://a/1'}], %s}".formatted(TARGET));

    assertThat(job.getWebhook()).isNull();
    assertThat(job.getCustomId()).isNull();
    assertThat(job.getFeedId()).isNull();
    assertThat(job.getBatchSize()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'target': {'class': 'x', 'images': ['s3://a/b']}}|images",
        "{'images': [], 'target': {'class': 'x', 'images': ['s3://a/b']}}|images",
        "{'images': [{'url': 'a'}]}|target",
        "{'images': [{'url': 'a'}], 'target': {'images': ['s3://a/b']}}|target.class",
        "{'images': [{'url': 'a'}], 'target': {'class': '', 'images': ['s3://a/b']}}|target.class",
        "{'images': [{'url': 'a'}], 'target': {'class': 'x'}}|target.images",
        "{'images': [{'url': 'a'}], 'target': {'class': 'x', 'images': ['a', 'b', 'c',"
            + " 'd']}}|target.images",
        "{'images': [{'url': 'a'}], 'target': {'class': 'x', 'images': [1]}}|target.images[0]",
        "{'images': [{'url': 'a'}], 'target': {'class': 'x', 'images': ['http://a',"
            + " 'cup.jpg']}}|target.images[1]",
        "{'images': [{}], 'target': {'class': 'x', 'images': ['s3://a/b']}}|images[0]",
        "{'images': [{'url': 'a', 'blob': 'AAAA'}], 'target': {'class': 'x', 'images':"
            + " ['a']}}|images[0]",
        "{'images': [{'url': 'a'}, {'blob': '?'}], 'target': {'class': 'x', 'images':"
            + " ['a']}}|images[1].blob",
        "{'images': [{'blob': ''}], 'target': {'class': 'x', 'images':"
            + " ['s3://a/b']}}|images[0].blob",
        "{'images': [{'url': 'a', 'size': 1}], 'target': {'class': 'x', 'images':"
            + " ['a']}}|images[0].size",
        "{'images': [{'url': 'a'}], 'target': {'class': 'x', 'images': ['s3://a/b']}, 'classes':"
            + " []}|classes",
        "{'images': [{'url': 'a'}], 'target': {'class': 'x', 'images': ['s3://a/b']}, 'customId':"
            + " 7}|customId",
        "[]|\"\""
      })
  void what_is_wrong_is_named(String body, String field) {
    Problem problem = problem(body);

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.errors().get(0).field()).isEqualTo(field);
  }

  @Test
  void there_are_64_images_and_64_characters_of_an_id_at_most() {
    String image = "{'url': 'http://a/'}";
    String id = "x".repeat(64);

    assertThat(read(images(64, image)).getItems()).hasSize(64);
    assertThat(problem(images(65, image)).errors().get(0).field()).isEqualTo("images");
    assertThat(read(images(1, "{'url': 'a', 'customId': '%s'}".formatted(id))).getItems())
        .hasSize(1);
    assertThat(
            problem(images(1, "{'url': 'a', 'customId': '%sx'}".formatted(id)))
                .errors()
                .get(0)
                .field())
        .isEqualTo("images[0].customId");
  }

  @Test
  void what_has_to_be_shown_again_has_to_fit() {
    String image = "{'url': 'http://a/%s'}".formatted("x".repeat(2_040));

    assertThat(read(images(60, image)).getItems()).hasSize(60);
    assertThat(problem(images(64, image)).errors().get(0).message())
        .isEqualTo("must take at most 131072 bytes without blobs");
  }

  @Test
  void a_blob_that_is_too_long_is_a_413() {
    int most = 128 * 1024 - "data:application/octet-stream;base64,".length();

    assertThat(read(images(1, "{'blob': '%s'}".formatted("A".repeat(most / 4 * 4)))).getBatchSize())
        .isEqualTo(16);
    Problem problem = problem(images(1, "{'blob': '%s'}".formatted("A".repeat(most + 1))));
    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem.errors().get(0).field()).isEqualTo("images[0].blob");
  }

  private static String images(int count, String image) {
    return "{'images': [%s], %s}"
        .formatted(String.join(",", Collections.nCopies(count, image)), TARGET);
  }

  private static JobSubmission read(String body) {
    return new MatchBody(null).read(json(body), "blue");
  }

  private static Problem problem(String body) {
    return Assertions.assertThrows(ProblemException.class, () -> read(body)).problem();
  }
}
