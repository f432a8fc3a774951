package io.fanfold.ingest.dialect.deepva;

import static io.fanfold.ingest.dialect.Shapes.assertHas;
import static io.fanfold.ingest.dialect.Shapes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;

final class ResultsTest {

  private static final JsonNode ITEMS =
      json(
          """
          [{'index': 0, 'outcome': 'SUCCEEDED', 'predictions': [
             {'feature': 'FaceDetection', 'label': 'Face', 'confidence': 0.89,
              'box': {'xMin': 0.192, 'yMin': 0.087, 'xMax': 0.295, 'yMax': 0.359}},
             {'feature': 'FaceDetection', 'label': 'Face', 'confidence': 0.81}]},
           {'index': 1, 'batch': 0, 'outcome': 'PENDING'},
           {'index': 2, 'outcome': 'SUCCEEDED', 'predictions': [
             {'feature': 'ModerationLabels', 'label': 'Sexy', 'parentLabel': 'Suggestive',
              'confidence': 0.71}]}]
          """);

  private static final JsonNode REQUEST =
      json(
          """
          {'sources': ['http://a/0', 'http://a/1', 'http://a/2'],
           'modules': {'face_recognition': {}, 'content_moderation': {}}}
          """);

  @Test
  void detailed_results_place_each_thing_in_its_picture() {
    ArrayNode detailed = new Results(7, ITEMS, REQUEST).detailed();

    assertHas(
        detailed,
        json(
            """
            [{'media_type': 'image', 'frame_start': 0, 'frame_end': 0, 'time_start': null,
              'time_end': null, 'tc_start': null, 'tc_end': null, 'source': 'http://a/0',
              'module': 'face_recognition', 'meta': {'label': 'Face', 'confidence': 0.89},
              'detections': [{'frame_index': 0, 'type': 'face_bbox',
                'data': {'x': 0.192, 'y': 0.087, 'w': 0.103, 'h': 0.272}}],
              'thumbnail': null},
             {'frame_start': 0, 'detections': []},
             {'frame_start': 2, 'frame_end': 2, 'source': 'http://a/2',
              'module': 'content_moderation',
              'meta': {'label': 'Sexy', 'confidence': 0.71, 'parent_label': 'Suggestive'}}]
            """));
    assertThat(detailed.get(0).size()).isEqualTo(12);
  }

  @Test
  void summarized_results_count_what_is_alike_under_an_id_that_stays() {
    ArrayNode summarized = new Results(7, ITEMS, REQUEST).summarized();

    assertHas(
        summarized,
        json(
            """
            [{'type': 'face', 'source': 'http://a/0', 'module': 'face_recognition',
              'meta': {'label': 'Face', 'count': 2, 'confidence': 0.89}},
             {'type': 'moderation', 'source': 'http://a/2', 'module': 'content_moderation',
              'meta': {'label': 'Sexy', 'count': 1}}]
            """));
    assertThat(new Results(7, ITEMS, REQUEST).summarized()).isEqualTo(summarized);
    assertThat(new Results(8, ITEMS, REQUEST).summarized().get(0).get("id"))
        .isNotEqualTo(summarized.get(0).get("id"));
  }

  @Test
  void sources_without_a_result_are_not_summed_up() {
    assertThat(new Results(7, ITEMS, REQUEST).summary().findValuesAsText("source"))
        .containsExactly("http://a/0", "http://a/2");
  }

  @Test
  void each_module_sees_what_it_asked_for_of_a_feature_they_share() {
    JsonNode items =
        json(
            """
            [{'index': 0, 'outcome': 'SUCCEEDED', 'predictions': [
               {'feature': 'TextDetection', 'text': 'faint', 'confidence': 0.4,
                'box': {'xMin': 0, 'yMin': 0.8, 'xMax': 1, 'yMax': 0.9}},
               {'feature': 'TextDetection', 'text': 'clear', 'confidence': 0.9,
                'box': {'xMin': 0, 'yMin': 0.8, 'xMax': 1, 'yMax': 0.9}}]}]
            """);
    JsonNode request =
        json(
            """
            {'sources': ['a'],
             'modules': {'text_recognition': {'threshold': 0.3}, 'lower_third_recognition': {}}}
            """);

    ArrayNode found = new Results(7, items, request).detailed();

    assertThat(found.findValuesAsText("module"))
        .containsExactly("text_recognition", "text_recognition", "lower_third_recognition");
    assertThat(found.findValuesAsText("label")).containsExactly("faint", "clear", "clear");
  }
}
