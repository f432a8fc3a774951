package io.fanfold.ingest.dialect.imageintelligence;

import static io.fanfold.ingest.dialect.Shapes.assertHas;
import static io.fanfold.ingest.dialect.Shapes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.JobUuids;
import io.fanfold.schemas.FailureCode;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The example of the reference, of a job that had happened here. */
final class MatchViewTest {

  private static final long ID = 7012345678901L;

  private static final String REQUEST =
      """
      {'images': [
         {'url': 'https://publicly.available.domain.net/image-001.jpg',
          'customId': 'some_person_filled_image'},
         {'url': 'https://publicly.available.domain.net/image-002.jpg',
          'customId': 'some_car_filled_image'}],
       'target': {
         'class': 'person', 'customId': 'custom_target_id',
         'images': ['https://publicly.available.domain.net/person-001.jpg',
                    'https://publicly.available.domain.net/person-002.jpg',
                    'https://publicly.available.domain.net/person-003.jpg']},
       'webhookUrl': 'https://publicly.available.domain.net/90f8754aa4e2'}
      """;

  private static final String ITEMS =
      """
      [{'index': 0, 'outcome': 'SUCCEEDED', 'predictions': [
          {'feature': 'TargetMatch', 'label': 'person', 'confidence': 0.8}]},
       {'index': 1, 'outcome': 'SUCCEEDED', 'predictions': [
          {'feature': 'TargetMatch', 'label': 'person', 'confidence': 0.75}]}]
      """;

  @Test
  void the_example() {
    ObjectNode view = MatchView.of(job("COMPLETED", 2, 2), json(ITEMS));

    String first = MatchView.imageId(ID, 0);
    assertHas(
        view,
        json(
            """
            {'id': '%s',
             'jobResults': {
               'target': {
                 'class': 'person', 'customId': 'custom_target_id',
                 'images': ['https://publicly.available.domain.net/person-001.jpg',
                            'https://publicly.available.domain.net/person-002.jpg',
                            'https://publicly.available.domain.net/person-003.jpg']},
               'image': {
                 'id': '%s',
                 'url': 'https://publicly.available.domain.net/image-001.jpg',
                 'customId': 'some_person_filled_image'},
               'hitl': false},
             'imageResults': [
               {'id': '%s',
                'url': 'https://publicly.available.domain.net/image-001.jpg',
                'customId': 'some_person_filled_image', 'status': 'COMPLETED_SUCCESSFULLY'},
               {'id': '%s',
                'url': 'https://publicly.available.domain.net/image-002.jpg',
                'customId': 'some_car_filled_image', 'status': 'COMPLETED_SUCCESSFULLY'}],
             'createdAt': 1487648348000,
             'status': 'COMPLETED_SUCCESSFULLY',
             'customId': '6c78df0a-67b6-4d5f-93cf-5820cfee501c',
             'feedId': 'Camera_123456',
             'webhookUrl': 'https://publicly.available.domain.net/90f8754aa4e2'}
            """
                .formatted(JobUuids.of(ID), first, first, MatchView.imageId(ID, 1))));
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED, 0, 2, IN_PROGRESS",
    "RUNNING, 1, 2, IN_PROGRESS",
    "COMPLETED, 2, 2, COMPLETED_SUCCESSFULLY",
    "COMPLETED, 1, 2, COMPLETED_PARTIAL_ERROR",
    "FAILED, 0, 2, COMPLETED_ALL_ERROR",
    "FAILED, 0, 0, COMPLETED_ALL_ERROR",
    "CANCELED, 1, 2, COMPLETED_PARTIAL_ERROR",
    "CANCELED, 0, 2, COMPLETED_ALL_ERROR",
    "EXPIRED, 1, 2, COMPLETED_PARTIAL_ERROR"
  })
  void every_end_has_its_status(String native_, int succeeded, int total, String status) {
    assertThat(Statuses.ofJob(job(native_, succeeded, total))).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "DOWNLOAD_FAILED, IMAGE_DOWNLOAD_ERROR",
    "NOT_FOUND, IMAGE_DOWNLOAD_ERROR",
    "ACCESS_DENIED, IMAGE_DOWNLOAD_ERROR",
    "TIMEOUT, IMAGE_DOWNLOAD_ERROR",
    "TOO_LARGE, INVALID_IMAGE_FORMAT_ERROR",
    "UNSUPPORTED_FORMAT, INVALID_IMAGE_FORMAT_ERROR",
    "CORRUPT_INPUT, INVALID_IMAGE_FORMAT_ERROR",
    "PREDICTOR_FAILED, DETECTION_ENGINE_ERROR",
    "MODEL_UNAVAILABLE, MODEL_SERVICE_ERROR",
    "INVALID_ITEM, MALFORMED_MESSAGE_ERROR",
    "CANCELED, JOB_ERROR",
    "EXPIRED, JOB_ERROR",
    "INTERNAL, UNKNOWN_ERROR"
  })
  void every_failure_has_its_status(String code, String status) {
    assertThat(Statuses.ofImage(failed(code, "no", null), true)).isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void no_failure_is_left_out(FailureCode code) {
    assertThat(
            Set.of(
                "UNKNOWN_ERROR",
                "JOB_ERROR",
                "IMAGE_DOWNLOAD_ERROR",
                "INVALID_IMAGE_FORMAT_ERROR",
                "DETECTION_ENGINE_ERROR",
                "MODEL_SERVICE_ERROR",
                "MALFORMED_MESSAGE_ERROR"))
        .contains(Statuses.of(code));
  }

  @Test
  void a_target_that_cannot_be_read_is_not_the_images_fault() {
    assertThat(
            Statuses.ofImage(
                failed("NOT_FOUND", "target http://a/: HTTP 404", "TargetMatch"), true))
        .isEqualTo("JOB_ERROR");
    assertThat(Statuses.ofImage(failed("CORRUPT_INPUT", "cut short", "TargetMatch"), true))
        .isEqualTo("INVALID_IMAGE_FORMAT_ERROR");
  }

  @Test
  void an_image_without_a_result_waits_or_was_never_run() {
    JsonNode pending = json("{'index': 0, 'outcome': 'PENDING'}");

    assertThat(Statuses.ofImage(pending, false)).isEqualTo("IN_PROGRESS");
    assertThat(Statuses.ofImage(json("{}").path("none"), false)).isEqualTo("IN_PROGRESS");
    assertThat(Statuses.ofImage(json("{}").path("none"), true)).isEqualTo("JOB_ERROR");
  }

  @Test
  void nothing_is_chosen_while_the_job_runs() {
    ObjectNode view = MatchView.of(job("RUNNING", 2, 2), json(ITEMS));

    assertThat(view.get("jobResults").has("image")).isFalse();
    assertThat(view.get("imageResults").findValuesAsText("status"))
        .containsOnly("COMPLETED_SUCCESSFULLY");
  }

  @Test
  void what_is_optional_and_was_not_given_is_left_out() {
    ObjectNode job = job("COMPLETED", 1, 1);
    job.putNull("customId").putNull("feedId");
    ((ObjectNode) job.get("dialect"))
        .set(
            "request", json("{'images': [{}], 'target': {'class': 'x', 'images': ['http://a/']}}"));

    ObjectNode view =
        MatchView.of(job, json("[{'index': 0, 'outcome': 'SUCCEEDED', 'predictions': []}]"));

    assertThat(Arrays.asList("customId", "feedId", "webhookUrl")).noneMatch(view::has);
    assertThat(view.get("jobResults").has("image")).isFalse();
    assertThat(view.get("jobResults").get("target").has("customId")).isFalse();
    JsonNode image = view.get("imageResults").get(0);
    assertThat(image.get("url").asText()).isEqualTo("urn:uuid:" + image.get("id").asText());
    assertThat(image.has("customId")).isFalse();
  }

  private static JsonNode failed(String code, String message, String feature) {
    ObjectNode item = (ObjectNode) json("{'outcome': 'FAILED'}");
    item.putObject("failure").put("code", code).put("message", message).put("feature", feature);
    return item;
  }

  private static ObjectNode job(String status, int succeeded, int total) {
    ObjectNode job =
        (ObjectNode)
            json(
                """
                {'project': 'p', 'customId': '6c78df0a-67b6-4d5f-93cf-5820cfee501c',
                 'feedId': 'Camera_123456', 'createdAt': '2017-02-21T03:39:08Z',
                 'dialect': {'name': 'imageintelligence'}}
                """);
    job.put("id", ID).put("status", status);
    job.putObject("counts").put("succeeded", succeeded).put("total", total);
    ((ObjectNode) job.get("dialect")).set("request", json(REQUEST));
    return job;
  }
}
