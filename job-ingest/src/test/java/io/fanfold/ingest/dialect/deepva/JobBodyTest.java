package io.fanfold.ingest.dialect.deepva;

import static io.fanfold.ingest.dialect.Shapes.assertHas;
import static io.fanfold.ingest.dialect.Shapes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.JobSubmission;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobBodyTest {

  private static final JobBody BODY =
      new JobBody(
          new Sources("s3://bucket/"),
          WebhookSecrets.parse(new Password("common"), new Password("red:theirs")));

  @Test
  void a_whole_job() {
    JobSubmission job =
        read(
            """
            {'sources': ['https://demo.deepva.com/assets/image1.jpg',
                         'storage://Fad9kJ0jSI3swC6N5hVp'],
             'modules': {
               'face_recognition': {'model': 'celebrities', 'max_distance': 0.9},
               'object_scene_recognition': {'min_confidence': 70, 'language': 0}},
             'tag': 'clip 7', 'ttl': 3600,
             'webhook': {'events': ['on_completed', 'on_failed'],
                         'callback': 'https://example.com/hook'}}
            """);

    assertThat(job.getProject()).isEqualTo("blue");
    assertThat(job.getItems().stream().map(item -> item.getUri()))
        .containsExactly(
            "https://demo.deepva.com/assets/image1.jpg", "s3://bucket/Fad9kJ0jSI3swC6N5hVp");
    assertThat(job.getFeatures())
        .containsExactly(
            new Feature("FaceDetection", Map.of()),
            new Feature("ObjectDetection", Map.of("threshold", 0.7)));
    assertThat(job.getTag()).isEqualTo("clip 7");
    assertThat(job.getTtlSeconds()).isEqualTo(3600);
    assertThat(job.getWebhook().getUrl()).isEqualTo("https://example.com/hook");
    assertThat(job.getWebhook().getEvents())
        .containsExactly("job.completed", "job.failed", "job.expired");
    assertThat(job.getWebhook().getFormat()).isEqualTo("deepva");
    assertThat(job.getWebhook().getBodyPath()).isEqualTo("/internal/dialects/deepva/jobs/{id}");
    assertThat(job.getWebhook().getSecret()).isEqualTo("common");
    assertThat(job.getDialect().getName()).isEqualTo("deepva");
    assertHas(
        json(job.getDialect().getRequest()),
        json(
            """
            {'sources': ['https://demo.deepva.com/assets/image1.jpg',
                         'storage://Fad9kJ0jSI3swC6N5hVp'],
             'modules': {'face_recognition': {'model': 'celebrities', 'max_distance': 0.9}},
             'webhook': {'events': ['on_completed', 'on_failed'],
                         'callback': 'https://example.com/hook'},
             'base': 'http://here/v1'}
            """));
    assertThat(job.getDialect().getRequest()).doesNotContain("common");
  }

  @Test
  void a_job_that_says_little() {
    JobSubmission job =
        read("{'sources': ['http://a/'], 'modules': {'content_moderation': {}}, 'tag': ''}");

    assertThat(job.getTag()).isNull();
    assertThat(job.getTtlSeconds()).isNull();
    assertThat(job.getWebhook()).isNull();
  }

  @Test
  void no_events_are_all_and_projects_may_have_secrets_of_their_own() {
    JsonNode body =
        json(
            """
            {'sources': ['http://a/'], 'modules': {'face_recognition': {}},
             'webhook': {'callback': 'https://example.com/'}}
            """);

    var webhook = BODY.read(body, "red", "http://here/v1").getWebhook();

    assertThat(webhook.getSecret()).isEqualTo("theirs");
    assertThat(webhook.getEvents())
        .containsExactly("job.running", "job.completed", "job.failed", "job.expired");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "face_recognition|{}|FaceDetection|{}",
        "face_recognition|{'threshold': 0.01}|FaceDetection|{threshold=0.05}",
        "object_scene_recognition|{'min_confidence': 30}|ObjectDetection|{threshold=0.3}",
        "text_recognition|{}|TextDetection|{threshold=0.5}",
        "lower_third_recognition|{'threshold': 0.8}|TextDetection|{threshold=0.8}",
        "content_moderation|{'threshold': 0.1}|ModerationLabels|{minConfidence=0.1}"
      })
  void every_module_has_its_feature(
      String module, String arguments, String feature, String parameters) {
    JobSubmission job =
        read("{'sources': ['http://a/'], 'modules': {'%s': %s}}".formatted(module, arguments));

    assertThat(job.getFeatures()).hasSize(1);
    assertThat(job.getFeatures().get(0).getName()).isEqualTo(feature);
    assertThat(job.getFeatures().get(0).getParameters()).hasToString(parameters);
  }

  @Test
  void modules_that_share_a_feature_run_it_once_with_the_lower_threshold() {
    JobSubmission job =
        read(
            """
            {'sources': ['http://a/'], 'modules': {
              'text_recognition': {'threshold': 0.8},
              'lower_third_recognition': {'threshold': 0.3}}}
            """);

    assertThat(job.getFeatures())
        .containsExactly(new Feature("TextDetection", Map.of("threshold", 0.3)));
  }

  @Test
  void what_a_job_was_shown_with_may_come_back() {
    JobSubmission job =
        read(
            """
            {'id': 'x', 'state': 'completed', 'errors': [], 'progress': 1, 'duration': 1,
             'time_created': '', 'time_started': '', 'time_completed': '', 'result': {},
             'media_type': 'image', 'webhook': null, 'ttl': null,
             'sources': ['http://a/'], 'modules': {'face_recognition': {
               'dictionaries': [{'id': 'x', 'mode': 'fuzzy', 'threshold': 0.75}],
               'range': {'time_start': 5.0, 'time_end': 10.0}}}}
            """);

    assertThat(job.getItems()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'modules': {'face_recognition': {}}}|sources",
        "{'sources': [], 'modules': {'face_recognition': {}}}|sources",
        "{'sources': [7], 'modules': {'face_recognition': {}}}|sources[0]",
        "{'sources': ['http://a/']}|modules",
        "{'sources': ['http://a/'], 'modules': {}}|modules",
        "{'sources': ['http://a/'], 'modules': []}|modules",
        "{'sources': ['http://a/'], 'modules': {'speech_recognition':"
            + " {}}}|modules.speech_recognition",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': 1}}|modules.face_recognition",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {'model':"
            + " 1}}}|modules.face_recognition.model",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {'dictionaries':"
            + " 1}}}|modules.face_recognition.dictionaries",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {'range':"
            + " 1}}}|modules.face_recognition.range",
        "{'sources': ['http://a/'], 'modules': {'text_recognition': {'threshold':"
            + " 2}}}|modules.text_recognition.threshold",
        "{'sources': ['http://a/'], 'modules': {'text_recognition': {'threshold': 2},"
            + " 'lower_third_recognition': {}}}|modules.text_recognition.threshold",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {}}, 'media_type':"
            + " 'video'}|media_type",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {}}, 'ttl': 'x'}|ttl",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {}}, 'tags': []}|tags",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {}}, 'webhook':"
            + " {}}|webhook.callback",
        "{'sources': ['http://a/'], 'modules': {'face_recognition': {}}, 'webhook': {'callback':"
            + " 'x', 'events': ['on_fire']}}|webhook.events",
        "{'sources': ['https://www.youtube.com/watch?v=1'], 'modules': {'face_recognition':"
            + " {}}}|sources[0]",
        "{'sources': ['https://vimeo.com/1'], 'modules': {'face_recognition': {}}}|sources[0]",
        "{'sources': ['ftp://a/'], 'modules': {'face_recognition': {}}}|sources[0]",
        "{'sources': ['http://a/', 'storage://../other'], 'modules': {'face_recognition':"
            + " {}}}|sources[1]",
        "[]|\"\""
      })
  void what_is_wrong_is_named(String body, String field) {
    assertThat(errors(body).get(0).field()).isEqualTo(field);
  }

  @Test
  void an_unknown_module_is_told_which_there_are() {
    assertThat(errors("{'sources': ['http://a/'], 'modules': {'speech_recognition': {}}}"))
        .extracting(FieldError::message)
        .containsExactly(
            "is not offered; there are face_recognition, object_scene_recognition,"
                + " lower_third_recognition, text_recognition, content_moderation");
  }

  @Test
  void there_is_a_most_of_sources_and_of_what_is_shown_again() {
    assertThat(errors(sources(1_001, 10))).extracting(FieldError::field).contains("sources");
    assertThat(errors(sources(1_000, 200)))
        .extracting(FieldError::message)
        .containsExactly("must take at most 131072 bytes, modules and webhook included");
    assertThat(read(sources(1_000, 10)).getItems()).hasSize(1_000);
  }

  @Test
  void without_a_prefix_there_is_no_storage() {
    var body = new JobBody(new Sources(""), WebhookSecrets.parse(null, null));
    JsonNode asked = json("{'sources': ['storage://a'], 'modules': {'face_recognition': {}}}");

    var refusal =
        Assertions.assertThrows(
            ProblemException.class, () -> body.read(asked, "p", "http://here/v1"));

    assertThat(refusal.problem().errors().get(0).field()).isEqualTo("sources[0]");
  }

  private static String sources(int count, int chars) {
    String source = "'http://a/" + "x".repeat(chars) + "'";
    return "{'sources': [%s], 'modules': {'face_recognition': {}}}"
        .formatted(String.join(",", Collections.nCopies(count, source)));
  }

  private static JobSubmission read(String body) {
    return BODY.read(json(body), "blue", "http://here/v1");
  }

  private static List<FieldError> errors(String body) {
    return Assertions.assertThrows(ProblemException.class, () -> read(body)).problem().errors();
  }
}
