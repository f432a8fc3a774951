package io.fanfold.ingest.dialect.edgeimpulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.Sample;
import java.io.InputStream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;

/**
 * The page as the original documents it, field by field: each is there and of its type, but for
 * those that a signal cannot have.
 */
final class SeedPageTest {

  /** Of pictures, videos, object detection and things that only the original has. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "error",
          "result[].sample.signatureKey",
          "result[].sample.boundingBoxes[]",
          "result[].sample.thumbnailVideo",
          "result[].sample.thumbnailVideoFull",
          "result[].sample.processingJobId",
          "result[].sample.processingErrorString",
          "result[].sample.projectOwnerName",
          "result[].sample.createdBySyntheticDataJobId",
          "result[].sample.imageDimensions",
          "result[].sample.videoUrl",
          "result[].sample.videoUrlFull",
          "result[].classifications[].anomalyResult[].boxes[]",
          "result[].classifications[].structuredResult[]",
          "result[].classifications[].details[]",
          "result[].classifications[].objectDetectionLastLayer");

  @Test
  void every_field_of_the_documented_page_is_there_with_its_type() throws Exception {
    var documented = new TreeMap<String, JsonNodeType>();
    try (InputStream example = getClass().getResourceAsStream("/dialects/edgeimpulse-page.json")) {
      collect("", Json.parse(example.readAllBytes()), documented);
    }
    documented.keySet().removeIf(SeedPageTest::isLeftOut);
    var ours = new TreeMap<String, JsonNodeType>();
    collect("", page(), ours);

    var missing = new TreeSet<>(documented.keySet());
    missing.removeAll(ours.keySet());
    assertThat(missing).isEmpty();
    assertThat(documented).hasSizeGreaterThan(60);
    documented.forEach((field, type) -> assertThat(ours.get(field)).as(field).isEqualTo(type));
  }

  @Test
  void what_clients_need_beyond_the_documented_page_is_there() {
    JsonNode classification = page().at("/result/0/classifications/0");

    assertThat(classification.path("intervalMs").asDouble()).isEqualTo(16);
    assertThat(classification.path("frequencyHz").asDouble()).isEqualTo(62.5);
    assertThat(classification.path("resultCount").asInt()).isEqualTo(2);
    assertThat(page().at("/result/0/sample/datastreams/0/frequencyHz").asDouble()).isEqualTo(62.5);
  }

  @Test
  void values_are_those_of_the_sample_and_its_windows() {
    JsonNode page = page();
    JsonNode first = page.at("/result/0/classifications/0");

    assertThat(first.at("/learnBlock/type").asText()).isEqualTo("keras");
    assertThat(first.at("/result/0").toString())
        .isEqualTo("{\"idle\":0.0002,\"wave\":0.9998,\"anomaly\":-0.42}");
    assertThat(first.at("/expectedLabels/1").toString())
        .isEqualTo("{\"startIndex\":31,\"endIndex\":155,\"label\":\"wave\"}");
    assertThat(first.at("/thresholds/0/value").asDouble()).isEqualTo(0.7);
    assertThat(first.at("/minimumConfidenceRating").asDouble()).isEqualTo(0.7);
    JsonNode second = page.at("/result/0/classifications/1");
    assertThat(second.at("/learnBlock/type").asText()).isEqualTo("anomaly");
    assertThat(second.at("/anomalyResult/0/maxScore").floatValue()).isEqualTo(-0.42f);
    assertThat(second.at("/thresholds/0/value").asDouble()).isEqualTo(0.3);
    assertThat(page.at("/predictions/0").toString())
        .isEqualTo(
            "{\"sampleId\":7,\"startMs\":0,\"endMs\":2000,\"label\":\"wave\",\"prediction\":\"wave\","
                + "\"predictionCorrect\":true,\"f1Score\":1,\"anomalyScores\":[[-0.42]]}");
    assertThat(page.at("/predictions/1/prediction").asText()).isEqualTo("uncertain");
    assertThat(page.at("/predictions/1/predictionCorrect").asBoolean()).isFalse();
    assertThat(page.at("/result/0/sample/created").asText())
        .as("clients make no date of more than three decimals")
        .isEqualTo("2023-11-07T05:31:56.123Z");
  }

  @Test
  void a_sample_without_a_label_expects_nothing() {
    var page = new ResultPage(Given.job(9, "COMPLETED", "int8"), settings(1_000_000));
    page.add(Given.item(7, Given.window(0, "wave", 0.1, 0.9, null)), Given.sample(7, null));
    JsonNode json = Json.parse(Json.bytes(page.json()));

    assertThat(json.at("/predictions/0").has("predictionCorrect")).isFalse();
    assertThat(json.at("/predictions/0").has("anomalyScores")).isFalse();
    assertThat(json.at("/result/0/classifications/0/expectedLabels")).isEmpty();
    assertThat(json.at("/result/0/classifications")).hasSize(1);
    assertThat(json.at("/result/0/sample/label").asText()).isEmpty();
  }

  @Test
  void a_strange_window_is_an_anomaly_whatever_its_class() {
    Sample sample = Given.sample(7, "wave");
    JsonNode item = Given.item(7, Given.window(0, "wave", 0.1, 0.9, 0.31));

    assertThat(Window.of(item, sample, 0.3).get(0).prediction()).isEqualTo("anomaly");
    assertThat(Window.of(item, sample, 0.4).get(0).prediction()).isEqualTo("wave");
    assertThat(Window.of(item, Given.sample(7, "anomaly"), 0.3).get(0).isCorrect()).isTrue();
  }

  @Test
  void a_result_that_is_too_long_is_refused_and_not_cut() {
    var page = new ResultPage(Given.job(9, "COMPLETED", "int8"), settings(3_000));
    JsonNode item = Given.item(7, Given.window(0, "wave", 0.1, 0.9, null));

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 3; i++) {
                page.add(item, Given.sample(7, "wave"));
              }
            })
        .hasMessageContaining("smaller pages");
  }

  private static JsonNode page() {
    var page = new ResultPage(Given.job(9, "COMPLETED", "int8"), settings(1_000_000));
    page.add(
        Given.item(
            7,
            Given.window(0, "wave", 0.0002, 0.9998, -0.42),
            Given.window(1, "uncertain", 0.5, 0.5, -0.1)),
        Given.sample(7, "wave"));
    ObjectNode json = page.json().put("totalCount", 1);
    return Json.parse(Json.bytes(json));
  }

  private static Settings settings(int maxResultBytes) {
    return new Settings(null, true, null, "", 10, 0.6, 0.3, maxResultBytes, 1, new Password(""));
  }

  private static boolean isLeftOut(String field) {
    return LEFT_OUT.stream().anyMatch(field::startsWith);
  }

  private static void collect(String path, JsonNode node, Map<String, JsonNodeType> fields) {
    if (!path.isEmpty()) {
      fields.put(path, node.getNodeType());
    }
    node.properties()
        .forEach(
            field ->
                collect(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue(),
                    fields));
    if (node.isArray()) {
      node.forEach(element -> collect(path + "[]", element, fields));
    }
  }
}
