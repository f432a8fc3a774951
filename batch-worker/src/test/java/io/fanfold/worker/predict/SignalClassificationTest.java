package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Prediction;
import io.fanfold.worker.signal.TrainedSignals;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SignalClassificationTest {
  private static final String JSON = "application/json";
  private static final String CSV = "text/csv";

  private final AtomicInteger fetches = new AtomicInteger();
  private final Predictors predictors = Predictors.load(new PredictorContext(this::fetch, 1));

  @AfterEach
  void close() {
    predictors.close();
  }

  private Content fetch(String uri) throws PredictionException {
    fetches.incrementAndGet();
    if (uri.startsWith("model:")) {
      return Content.of(TrainedSignals.file(), JSON);
    }
    if (uri.startsWith("broken:")) {
      return Content.of(new byte[] {'{', '}'}, JSON);
    }
    throw new PredictionException(FailureCode.TIMEOUT, "too slow", true, null);
  }

  @Test
  void each_window_is_a_prediction_and_the_first_describes_the_sample() throws Exception {
    List<Prediction> windows =
        predict(Map.of("model", "model:a"), "signals/testing/wave.6.json", JSON);

    assertThat(windows).hasSize(17);
    for (int i = 0; i < windows.size(); i++) {
      Prediction window = windows.get(i);
      assertThat(window.getFeature()).isEqualTo("SignalClassification");
      assertThat(window.getSpan().getStartMs()).isEqualTo(i * 496L);
      assertThat(window.getSpan().getEndMs()).isEqualTo(i * 496L + 2000);
      assertThat(window.getScores()).containsOnlyKeys("idle", "snake", "wave");
      assertThat(window.getConfidence())
          .isEqualTo(window.getScores().values().stream().max(Float::compare).orElseThrow());
      assertThat(window.getAnomaly()).isLessThan(0.3f);
    }
    assertThat(windows).filteredOn(w -> w.getLabel().equals("wave")).hasSizeGreaterThan(14);
    assertThat(windows.get(0).getAttributes())
        .containsOnly(
            entry("intervalMs", 16.0),
            entry("frequencyHz", 62.5),
            entry("windowMs", 2000.0),
            entry("windowStepMs", 496.0),
            entry("valuesCount", 625.0),
            entry("totalLengthMs", 10000.0),
            entry("sensors", "accX|m/s2;accY|m/s2;accZ|m/s2"),
            entry("learnBlocks", "Classifier;Anomaly detection"));
    assertThat(windows.subList(1, 17)).allSatisfy(w -> assertThat(w.getAttributes()).isEmpty());
  }

  @Test
  void csv_and_the_odd_one_are_samples_too() throws Exception {
    List<Prediction> idle = predict(Map.of("model", "model:a"), "signals/testing/idle.7.csv", CSV);
    List<Prediction> odd = predict(Map.of("model", "model:a"), "signals/odd.json", JSON);

    assertThat(idle).extracting(Prediction::getLabel).containsOnly("idle");
    assertThat(idle.get(0).getAttributes()).containsEntry("sensors", "accX|;accY|;accZ|");
    assertThat(odd).allSatisfy(w -> assertThat(w.getAnomaly()).isGreaterThan(2f));
  }

  @Test
  void int8_says_nearly_the_same_and_below_the_threshold_all_is_uncertain() throws Exception {
    String sample = "signals/testing/snake.6.json";
    List<Prediction> exact = predict(Map.of("model", "model:a"), sample, JSON);
    List<Prediction> coarse = predict(Map.of("model", "model:a", "variant", "int8"), sample, JSON);
    List<Prediction> strict = predict(Map.of("model", "model:a", "threshold", 1.0), sample, JSON);

    assertThat(coarse)
        .extracting(Prediction::getLabel)
        .isEqualTo(exact.stream().map(Prediction::getLabel).toList());
    assertThat(coarse.get(0).getConfidence())
        .isNotEqualTo(exact.get(0).getConfidence())
        .isCloseTo(exact.get(0).getConfidence(), within(0.1f));
    assertThat(strict).extracting(Prediction::getLabel).contains("uncertain");
    assertThat(strict.get(0).getConfidence()).isEqualTo(exact.get(0).getConfidence());
  }

  @Test
  void a_short_sample_says_that_it_is_padded() throws Exception {
    Content content =
        Content.of(
            "timestamp,accX,accY,accZ\n0,0,0,9.8\n16,0,0,9.8\n".getBytes(StandardCharsets.UTF_8),
            CSV);

    List<Prediction> windows = predictors.predict(feature(Map.of("model", "model:a")), content);

    assertThat(windows).hasSize(1);
    assertThat(windows.get(0).getAttributes())
        .containsEntry("padded", true)
        .containsEntry("valuesCount", 2.0);
  }

  @Test
  void a_model_is_fetched_once() throws Exception {
    for (int i = 0; i < 3; i++) {
      predict(Map.of("model", "model:once"), "signals/testing/idle.6.json", JSON);
    }

    assertThat(fetches).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-                   | -       | INVALID_ITEM      | 'model' is required",
        "model:a             | akida   | INVALID_ITEM      | float32 or int8; there is no akida",
        "slow:x?key=secret   | -       | TIMEOUT           | model slow:x: too slow",
        "broken:x?key=secret | -       | MODEL_UNAVAILABLE | model broken:x: no usable model",
      })
  void bad_parameters_fail_with_their_name(
      String model, String variant, FailureCode code, String message) {
    Map<String, Object> parameters = new HashMap<>();
    if (model != null) {
      parameters.put("model", model);
    }
    if (variant != null) {
      parameters.put("variant", variant);
    }

    assertThatThrownBy(() -> predict(parameters, "signals/testing/idle.6.json", JSON))
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret")
        .asInstanceOf(InstanceOfAssertFactories.type(PredictionException.class))
        .extracting(PredictionException::code)
        .isEqualTo(code);
  }

  @Test
  void a_slow_model_may_be_there_next_time() {
    assertThatThrownBy(
            () -> predict(Map.of("model", "slow:x"), "signals/testing/idle.6.json", JSON))
        .asInstanceOf(InstanceOfAssertFactories.type(PredictionException.class))
        .extracting(PredictionException::isTransient)
        .isEqualTo(true);
  }

  @ParameterizedTest
  @CsvSource({
    "coffee.jpg, application/json, UNSUPPORTED_FORMAT",
    "signals/odd.json, , UNSUPPORTED_FORMAT",
    "signals/odd.json, text/csv, CORRUPT_INPUT",
    "signals/testing/idle.7.csv, application/json, CORRUPT_INPUT",
    "empty.jpg, application/json, CORRUPT_INPUT",
  })
  void what_is_no_sample_fails_with_a_code(String sample, String mediaType, FailureCode code) {
    assertThatThrownBy(() -> predict(Map.of("model", "model:a"), sample, mediaType))
        .asInstanceOf(InstanceOfAssertFactories.type(PredictionException.class))
        .extracting(PredictionException::code)
        .isEqualTo(code);
  }

  private List<Prediction> predict(Map<String, Object> parameters, String sample, String mediaType)
      throws PredictionException {
    return predictors.predict(feature(parameters), Content.of(Samples.bytes(sample), mediaType));
  }

  private static Feature feature(Map<String, Object> parameters) {
    return new Feature("SignalClassification", parameters);
  }
}
