package io.fanfold.ingest.dialect.deepva;

import static io.fanfold.ingest.dialect.Shapes.assertHas;
import static io.fanfold.ingest.dialect.Shapes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the reference, of jobs that had happened here. */
final class JobViewTest {

  private static final String BASE = "https://api.deepva.com/v1";

  @Test
  void the_example_of_a_picture() {
    JsonNode job =
        job(
            """
            {'sources': ['https://demo.deepva.com/assets/image1.jpg'],
             'modules': {'face_recognition': {'model': 'celebrities'}}}
            """);
    JsonNode items =
        json(
            """
            [{'index': 0, 'outcome': 'SUCCEEDED', 'predictions': [
              {'feature': 'FaceDetection', 'label': 'Frederik Böhm', 'confidence': 0.9}]}]
            """);

    ObjectNode view = JobView.of(job, results(job, items), BASE);

    String id = JobView.id(job);
    assertHas(
        view,
        json(
            """
            {
              'id': '%s',
              'tag': '',
              'state': 'completed',
              'errors': [],
              'progress': 1.0,
              'duration': 0.2,
              'time_created': '2019-08-12 08:14:28.430144',
              'time_started': '2019-08-12 08:14:29.510771',
              'time_completed': '2019-08-12 08:14:29.530825',
              'sources': ['https://demo.deepva.com/assets/image1.jpg'],
              'modules': {'face_recognition': {'model': 'celebrities', 'state': 'completed'}},
              'media_type': 'image',
              'ttl': null,
              'result': {
                'detailed_link': 'https://api.deepva.com/v1/jobs/%s/detailed-results',
                'summary': [{
                  'source': 'https://demo.deepva.com/assets/image1.jpg',
                  'media_type': 'image',
                  'info': {},
                  'items': [
                    {'type': 'face', 'label': 'Frederik Böhm', 'module': 'face_recognition'}]
                }]
              },
              'webhook': null
            }
            """
                .formatted(id, id)));
    assertThat(view.size()).isEqualTo(15);
  }

  @Test
  void the_example_of_three_modules() {
    JsonNode job =
        job(
            """
            {'sources': ['storage://Fad9kJ0jSI3swC6N5hVp'],
             'modules': {
               'lower_third_recognition': {},
               'face_recognition': {'model': 'celebrities'},
               'object_scene_recognition': {'model': 'general', 'language': 0}}}
            """);
    JsonNode items =
        json(
            """
            [{'index': 0, 'outcome': 'SUCCEEDED', 'predictions': [
              {'feature': 'ObjectDetection', 'label': 'Person', 'confidence': 0.9},
              {'feature': 'ObjectDetection', 'label': 'Person', 'confidence': 0.8},
              {'feature': 'ObjectDetection', 'label': 'Hat', 'confidence': 0.7},
              {'feature': 'FaceDetection', 'label': 'Vincenzo Grifo', 'confidence': 0.9},
              {'feature': 'TextDetection', 'text': 'SCORE 1:0', 'confidence': 0.9,
               'box': {'xMin': 0.1, 'yMin': 0.0, 'xMax': 0.2, 'yMax': 0.1}},
              {'feature': 'TextDetection', 'text': 'Julian Schuster', 'confidence': 0.9,
               'box': {'xMin': 0.1, 'yMin': 0.8, 'xMax': 0.2, 'yMax': 0.9}}]}]
            """);

    ObjectNode view = JobView.of(job, results(job, items), "http://api.deepva.com/api/v1");

    assertHas(
        view,
        json(
            """
            {'sources': ['storage://Fad9kJ0jSI3swC6N5hVp'],
             'modules': {
               'lower_third_recognition': {'state': 'completed', 'progress': 1},
               'face_recognition': {'model': 'celebrities', 'state': 'completed'},
               'object_scene_recognition':
                 {'model': 'general', 'language': 0, 'state': 'completed'}},
             'result': {'summary': [{
               'source': 'storage://Fad9kJ0jSI3swC6N5hVp',
               'items': [
                 {'type': 'lower_third', 'label': 'Julian Schuster',
                  'module': 'lower_third_recognition'},
                 {'type': 'face', 'label': 'Vincenzo Grifo', 'module': 'face_recognition'},
                 {'type': 'object', 'label': 'Person', 'module': 'object_scene_recognition'},
                 {'type': 'object', 'label': 'Hat', 'module': 'object_scene_recognition'}]}]}}
            """));
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED, waiting",
    "RUNNING, processing",
    "COMPLETED, completed",
    "FAILED, failed",
    "EXPIRED, failed",
    "CANCELED, stopped"
  })
  void every_status_has_its_state(String status, String state) {
    ObjectNode job = job("{'sources': ['a'], 'modules': {'face_recognition': {}}}");
    job.put("status", status);

    ObjectNode view = JobView.of(job, results(job, json("[]")), BASE);

    assertThat(view.path("state").asText()).isEqualTo(state);
    assertThat(view.path("modules").path("face_recognition").path("state").asText())
        .isEqualTo(state);
  }

  @Test
  void what_has_not_happened_is_null_or_nought() {
    ObjectNode job = job("{'sources': ['a'], 'modules': {}}");
    job.put("status", "QUEUED").put("progress", 0).putNull("startedAt");
    job.putNull("endedAt").putNull("durationMs");
    job.put("tag", "clip 7").put("ttlSeconds", 3600);

    assertHas(
        JobView.of(job, results(job, json("[]")), BASE),
        json(
            """
            {'tag': 'clip 7', 'progress': 0, 'duration': 0, 'time_started': null,
             'time_completed': null, 'ttl': 3600}
            """));
  }

  @Test
  void errors_name_the_source_and_what_was_wrong() {
    JsonNode job =
        job("{'sources': ['http://a/1', 'http://a/2'], 'modules': {'face_recognition': {}}}");
    JsonNode items =
        json(
            """
            [{'index': 0, 'outcome': 'SUCCEEDED', 'predictions': []},
             {'index': 1, 'outcome': 'FAILED', 'predictions': [],
              'failure': {'code': 'NOT_FOUND', 'message': 'HTTP 404'}}]
            """);

    ObjectNode view = JobView.of(job, results(job, items), BASE);

    assertThat(view.path("errors").toString()).isEqualTo("[\"http://a/2: NOT_FOUND: HTTP 404\"]");
    assertThat(view.path("result").path("summary")).hasSize(2);
  }

  @Test
  void without_items_errors_are_counted() {
    ObjectNode job = job("{'sources': ['a'], 'modules': {}}");
    job.putObject("failure").put("code", "INVALID_SUBMISSION").put("message", "no");
    job.putObject("counts").putObject("failedByCode").put("NOT_FOUND", 2);

    assertThat(JobView.of(job, results(job, json("[]")), BASE).path("errors").toString())
        .isEqualTo("[\"INVALID_SUBMISSION: no\",\"NOT_FOUND: 2 sources\"]");
  }

  @Test
  void what_would_be_too_long_goes_without_results() {
    ObjectNode job = job("{'sources': ['http://a/1'], 'modules': {'face_recognition': {}}}");
    ((ObjectNode) job.get("counts").get("failedByCode")).put("NOT_FOUND", 1);
    JsonNode items =
        json(
            """
            [{'index': 0, 'outcome': 'FAILED', 'predictions': [],
              'failure': {'code': 'NOT_FOUND', 'message': 'HTTP 404'}}]
            """);
    Results results = results(job, items);
    ObjectNode whole = JobView.of(job, results, BASE);
    int bytes = Json.bytes(whole).length;

    assertThat(JobView.within(bytes, job, results, BASE)).isEqualTo(whole);
    ObjectNode less = JobView.within(bytes - 1, job, results, BASE);
    assertThat(less.path("result").path("summary")).isEmpty();
    assertThat(less.path("errors").toString()).isEqualTo("[\"NOT_FOUND: 1 sources\"]");
  }

  @Test
  void the_webhook_is_shown_as_it_was_given() {
    JsonNode job =
        job(
            """
            {'sources': ['a'], 'modules': {},
             'webhook': {'events': ['on_completed'], 'callback': 'https://example.com/hook'}}
            """);

    assertHas(
        JobView.of(job, results(job, json("[]")), BASE),
        json("{'webhook': {'events': ['on_completed'], 'callback': 'https://example.com/hook'}}"));
  }

  static Results results(JsonNode job, JsonNode items) {
    return new Results(job.path("id").longValue(), items, JobView.request(job));
  }

  static ObjectNode job(String request) {
    ObjectNode job =
        (ObjectNode)
            json(
                """
                {'id': 7012345678901, 'project': 'p', 'status': 'COMPLETED',
                 'outcome': 'ALL_SUCCEEDED', 'progress': 1.0, 'tag': null, 'ttlSeconds': null,
                 'failure': null, 'counts': {'failedByCode': {}},
                 'createdAt': '2019-08-12T08:14:28.430144Z',
                 'startedAt': '2019-08-12T08:14:29.510771Z',
                 'endedAt': '2019-08-12T08:14:29.530825Z', 'durationMs': 200,
                 'dialect': {'name': 'deepva'}}
                """);
    ((ObjectNode) job.get("dialect")).set("request", json(request));
    return job;
  }
}
