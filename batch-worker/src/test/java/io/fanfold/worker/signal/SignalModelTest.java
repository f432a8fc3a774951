package io.fanfold.worker.signal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fanfold.schemas.FailureCode;
import io.fanfold.worker.signal.SignalModel.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs with {@code -Dfanfold.seed=n}, or with a seed of its own that it prints. */
final class SignalModelTest {
  private static final long SEED = Long.getLong("fanfold.seed", System.nanoTime());
  private static final SignalModel MODEL = TrainedSignals.MODEL;
  private static final int FRESH_PER_LABEL = 20;

  static {
    System.out.println("fanfold.seed=" + SEED);
  }

  @Test
  void held_out_samples_are_told_apart() throws Exception {
    Evaluation evaluation = Evaluation.of(MODEL, TrainedSignals.TESTING, Variant.FLOAT32, 0.6);

    assertThat(evaluation.samples()).isEqualTo(6);
    assertThat(evaluation.windows()).isEqualTo(6 * 17);
    assertThat(evaluation.accuracy()).isGreaterThan(0.95);
    assertThat(evaluation.confusion().keySet()).containsExactly("idle", "snake", "wave");
    assertThat(evaluation.confusion().get("wave").keySet())
        .containsExactly("idle", "snake", "wave", "uncertain");
  }

  @Test
  void samples_nobody_has_seen_are_told_apart_are_not_strange_and_int8_agrees() throws Exception {
    int windows = 0;
    int right = 0;
    int agreed = 0;
    int strange = 0;
    for (LabelledSample sample : fresh()) {
      List<Window> exact = MODEL.classify(sample.sample(), Variant.FLOAT32);
      List<Window> coarse = MODEL.classify(sample.sample(), Variant.INT8);
      for (int i = 0; i < exact.size(); i++) {
        windows++;
        right += exact.get(i).label(0.6).equals(sample.label()) ? 1 : 0;
        agreed += exact.get(i).label(0.6).equals(coarse.get(i).label(0.6)) ? 1 : 0;
        strange += exact.get(i).anomaly() > 0.3 ? 1 : 0;
      }
    }
    String seed = "fanfold.seed=" + SEED;
    assertThat((double) right / windows).as(seed).isGreaterThan(0.95);
    assertThat((double) agreed / windows).as(seed).isGreaterThanOrEqualTo(0.98);
    assertThat((double) strange / windows).as(seed).isLessThan(0.01);
  }

  @Test
  void int8_is_another_arithmetic() throws Exception {
    SignalSample sample = TrainedSignals.TESTING.get(0).sample();

    List<Window> exact = MODEL.classify(sample, Variant.FLOAT32);
    List<Window> coarse = MODEL.classify(sample, Variant.INT8);

    assertThat(coarse).isNotEqualTo(exact);
    assertThat(coarse.get(0).confidence()).isCloseTo(exact.get(0).confidence(), within(0.1f));
  }

  @Test
  void what_training_has_not_seen_is_strange() throws Exception {
    String odd = SyntheticSignals.files().get("odd.json");

    List<Window> windows =
        MODEL.classify(TrainedSignals.read(odd, "application/json"), Variant.FLOAT32);

    assertThat(windows).hasSize(17);
    assertThat(windows).allSatisfy(window -> assertThat(window.anomaly()).isGreaterThan(2));
    for (LabelledSample sample : TrainedSignals.TRAINING) {
      assertThat(MODEL.classify(sample.sample(), Variant.FLOAT32))
          .as(sample.name())
          .allSatisfy(window -> assertThat(window.anomaly()).isLessThan(1e-5f));
    }
  }

  @Test
  void windows_come_in_order_with_scores_that_sum_to_one() throws Exception {
    List<Window> windows = MODEL.classify(TrainedSignals.TESTING.get(0).sample(), Variant.FLOAT32);

    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      assertThat(window.startMs()).isEqualTo(i * 496L);
      assertThat(window.endMs()).isEqualTo(i * 496L + 2000);
      assertThat(window.padded()).isFalse();
      assertThat(window.scores()).containsOnlyKeys("idle", "snake", "wave");
      assertThat(window.scores().values().stream().mapToDouble(s -> s).sum())
          .isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void the_best_label_counts_from_its_threshold_on() {
    var window = new Window(0, 1, Map.of("idle", 0.3f, "wave", 0.7f), 0, false);

    assertThat(window.best()).isEqualTo("wave");
    assertThat(window.label(0.5)).isEqualTo("wave");
    assertThat(window.label(0.71)).isEqualTo("uncertain");
  }

  @Test
  void a_sample_shorter_than_a_window_is_one_window_filled_up_with_zeros() throws Exception {
    for (int rows : new int[] {1, 124}) {
      String json = SyntheticSignals.json(new SyntheticSignals(1).rows("idle", rows));

      List<Window> windows =
          MODEL.classify(TrainedSignals.read(json, "application/json"), Variant.FLOAT32);

      assertThat(windows).hasSize(1);
      assertThat(windows.get(0).padded()).isTrue();
      assertThat(windows.get(0).endMs()).isEqualTo(2000);
    }
  }

  @Test
  void sensors_are_found_by_name_and_others_are_ignored() throws Exception {
    double[][] rows = new SyntheticSignals(1).rows("wave", 200);
    var plain = new StringBuilder("timestamp,accX,accY,accZ\n");
    var mixed = new StringBuilder("timestamp,gyrX,accZ,accX,accY\n");
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      plain.append("%d,%f,%f,%f\n".formatted(16 * i, row[0], row[1], row[2]));
      mixed.append("%d,5,%f,%f,%f\n".formatted(16 * i, row[2], row[0], row[1]));
    }

    assertThat(MODEL.classify(TrainedSignals.read(mixed.toString(), "text/csv"), Variant.INT8))
        .isEqualTo(MODEL.classify(TrainedSignals.read(plain.toString(), "text/csv"), Variant.INT8));
  }

  @Test
  void values_beyond_all_measure_have_finite_scores() throws Exception {
    var text = new StringBuilder("timestamp,accX,accY,accZ\n");
    for (int i = 0; i < 200; i++) {
      text.append("%d,%s,3e38,-3e38\n".formatted(16 * i, i % 2 == 0 ? "3e38" : "-3e38"));
    }

    for (Variant variant : Variant.values()) {
      for (Window window :
          MODEL.classify(TrainedSignals.read(text.toString(), "text/csv"), variant)) {
        assertThat(window.anomaly()).isFinite().isPositive();
        assertThat(window.scores().values()).allSatisfy(score -> assertThat(score).isFinite());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timestamp,accX,accY\\n0,1,1\\n16,1,1 | INVALID_ITEM | no sensor accZ, only accX, accY",
        "timestamp,accX,accY,accZ\\n0,1,1,1\\n20,1,1,1 | INVALID_ITEM | each 20.0 ms, the model takes 16.0",
      })
  void a_sample_of_another_kind_does_not_fit(String csv, FailureCode code, String message) {
    SignalSample sample = TrainedSignals.read(csv.replace("\\n", "\n"), "text/csv");

    assertFails(() -> MODEL.classify(sample, Variant.FLOAT32), code, message);
  }

  @Test
  void ten_thousand_windows_are_the_most() throws Exception {
    var windows = new Windows(16, 125, 31);

    assertThat(windows.of(125 + 31 * 9_999, 3)).isEqualTo(10_000);
    assertFails(() -> windows.of(125 + 31 * 10_000, 3), FailureCode.TOO_LARGE, "10001 windows");
    assertFails(
        () -> new Windows(16, 60_000, 1).of(65_000, 1), FailureCode.TOO_LARGE, "200000000 values");
  }

  @Test
  void the_same_samples_and_seed_give_the_same_file_and_it_reads_back() throws Exception {
    byte[] file = MODEL.toBytes();

    assertThat(TrainedSignals.train(TrainedSignals.TRAINING, 1).toBytes()).isEqualTo(file);
    SignalModel again = SignalModel.read(file);
    assertThat(again.toBytes()).isEqualTo(file);
    SignalSample sample = TrainedSignals.TESTING.get(3).sample();
    for (Variant variant : Variant.values()) {
      assertThat(again.classify(sample, variant)).isEqualTo(MODEL.classify(sample, variant));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\":\"fanfold-signal\"  | \"format\":\"other\"      | that fanfold train has written",
        "\"version\":1                  | \"version\":2             | its version is 2",
        "\"labels\":[\"idle\",          | \"labels\":[\"wave\",     | labels",
        "\"labels\":[\"idle\",          | \"labels\":[              | classifier.weights",
        "\"windowRows\":125             | \"windowRows\":7          | windowRows",
        "\"windowRows\":125             | \"windowRows\":2000000000 | windowRows",
        "\"windowRows\":125             | \"windowRows\":40         | features.deviations",
        "\"stepRows\":31                | \"stepRows\":0            | stepRows",
        "\"intervalMs\":16.0            | \"intervalMs\":-1         | intervalMs",
        "\"intervalMs\":16.0            | \"intervalMs\":1e999      | intervalMs",
        "\"deviations\":[               | \"deviations\":[0,        | features.deviations",
        "\"means\":[                    | \"means\":[null,          | features.means",
        "\"radii\":[                    | \"radii\":[],\"x\":[      | clusters.radii",
        "\"biases\":[                   | \"biases\":[1e39,         | classifier.biases",
        "{                              | [{                        | it is no JSON",
      })
  void a_file_that_is_no_model_is_refused(String part, String other, String message) {
    String file = new String(MODEL.toBytes(), UTF_8);
    assertThat(file).contains(part);
    String changed = file.replaceFirst(Pattern.quote(part), quoted(other));

    assertFails(
        () -> SignalModel.read(changed.getBytes(UTF_8)), FailureCode.MODEL_UNAVAILABLE, message);
  }

  @Test
  void a_feature_that_never_varied_cannot_be_in_a_model() {
    String file = new String(MODEL.toBytes(), UTF_8);
    String changed = file.replaceFirst("\"deviations\":\\[[^,]*,", "\"deviations\":[0,");

    assertThat(changed).isNotEqualTo(file);
    assertFails(
        () -> SignalModel.read(changed.getBytes(UTF_8)),
        FailureCode.MODEL_UNAVAILABLE,
        "features.deviations");
  }

  @Test
  void features_are_brought_to_mean_0_and_deviation_1_and_none_goes_beyond_a_million() {
    Standardisation standard =
        Standardisation.of(List.of(new double[] {1, 5, 7}, new double[] {3, 9, 7}));

    assertThat(standard.apply(new double[] {3, 5, 7})).containsExactly(1, -1, 0);
    assertThat(standard.apply(new double[] {2, 7, 7.001})[2]).isCloseTo(1, within(1e-3f));
    assertThat(standard.apply(new double[] {1e300, -1e300, 2})).containsExactly(1e6f, -1e6f, -5000);
  }

  @Test
  void a_file_longer_than_any_model_is_not_parsed() {
    assertFails(
        () -> SignalModel.read(new byte[4 * 1024 * 1024 + 1]),
        FailureCode.MODEL_UNAVAILABLE,
        "longer than");
  }

  @Test
  void training_says_what_it_cannot_use() {
    List<LabelledSample> samples = TrainedSignals.TRAINING;
    var trainer = new SignalTrainer(2000, 500, 1);
    LabelledSample idle = samples.get(0);

    assertFails(() -> trainer.train(List.of(idle)), FailureCode.INVALID_ITEM, "two labels");
    assertFails(
        () -> trainer.train(List.of(idle, renamed(idle, "uncertain"))),
        FailureCode.INVALID_ITEM,
        "uncertain cannot be a label");
    SignalSample fewer = TrainedSignals.read("timestamp,accX\n0,1\n16,1" + rows(130), "text/csv");
    assertFails(
        () -> trainer.train(List.of(idle, new LabelledSample("x.csv", "x", fewer))),
        FailureCode.INVALID_ITEM,
        "x.csv: the sample has no sensor accY");
    assertFails(
        () -> new SignalTrainer(50, 50, 1).train(samples),
        FailureCode.INVALID_ITEM,
        "has 3 rows of 16.0 ms");
    assertFails(
        () -> new SignalTrainer(20_000, 500, 1).train(samples),
        FailureCode.INVALID_ITEM,
        "idle.1.json is shorter than a window");
  }

  private static List<LabelledSample> fresh() {
    List<LabelledSample> samples = new ArrayList<>();
    for (String label : MODEL.labels()) {
      for (int i = 0; i < FRESH_PER_LABEL; i++) {
        samples.add(TrainedSignals.fresh(label, SEED + i));
      }
    }
    return samples;
  }

  private static LabelledSample renamed(LabelledSample sample, String label) {
    return new LabelledSample(sample.name(), label, sample.sample());
  }

  private static String rows(int count) {
    var text = new StringBuilder();
    for (int i = 2; i < count; i++) {
      text.append("\n").append(16 * i).append(",1");
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }

  private static void assertFails(ThrowingCallable call, FailureCode code, String message) {
    assertThatThrownBy(call)
        .hasMessageContaining(message)
        .asInstanceOf(InstanceOfAssertFactories.type(SignalException.class))
        .extracting(SignalException::code)
        .isEqualTo(code);
  }
}
