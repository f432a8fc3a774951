package io.fanfold.ingest.dialect.edgeimpulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AccuracyTest {

  @Test
  void figures_are_those_worked_out_by_hand() {
    var accuracy = new Accuracy();
    add(accuracy, "idle", "idle", 3);
    add(accuracy, "idle", "wave", 1);
    add(accuracy, "wave", "wave", 1);
    add(accuracy, "wave", "uncertain", 1);
    add(accuracy, null, "wave", 5);

    JsonNode json = accuracy.json();
    assertThat(json.path("totalSummary").toString()).isEqualTo("{\"good\":4,\"bad\":2}");
    assertThat(json.path("summaryPerClass").toString())
        .isEqualTo("{\"idle\":{\"good\":3,\"bad\":1},\"wave\":{\"good\":1,\"bad\":1}}");
    assertThat(json.at("/confusionMatrixValues/wave").toString())
        .isEqualTo("{\"anomaly\":0,\"idle\":0,\"uncertain\":1,\"wave\":1}");
    assertThat(json.path("allLabels").toString()).isEqualTo("[\"idle\",\"wave\"]");
    assertThat(json.path("accuracyScore").asDouble()).isCloseTo(4 / 6.0, within(1e-9));
    assertThat(json.path("balancedAccuracyScore").asDouble()).isCloseTo(0.625, within(1e-9));
    // Precision of idle 1, of wave 1/2; weighted 4 to 2.
    JsonNode metrics = accuracy.metrics();
    assertThat(metrics.at("/0/fullPrecisionValue").asDouble()).isCloseTo(5 / 6.0, within(1e-9));
    assertThat(metrics.at("/0/value").asText()).isEqualTo("0.83");
    assertThat(metrics.at("/1/fullPrecisionValue").asDouble()).isCloseTo(4 / 6.0, within(1e-9));
  }

  @Test
  void without_labels_there_is_no_score() {
    var accuracy = new Accuracy();
    add(accuracy, null, "wave", 2);

    assertThat(accuracy.json().has("accuracyScore")).isFalse();
    assertThat(accuracy.json().path("totalSummary").toString()).isEqualTo("{\"good\":0,\"bad\":0}");
    assertThat(accuracy.metrics()).isEmpty();
  }

  private static void add(Accuracy accuracy, String label, String prediction, int times) {
    for (int i = 0; i < times; i++) {
      accuracy.add(
          new Window(0, 2000, label, prediction, Map.of("idle", 0.5f, "wave", 0.5f), null));
    }
  }
}
