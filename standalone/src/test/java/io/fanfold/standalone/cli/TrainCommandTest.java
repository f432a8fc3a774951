package io.fanfold.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fanfold.worker.signal.SignalModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with the samples that come with Fanfold. */
final class TrainCommandTest {
  private static final Path SIGNALS = Path.of("..", "samples", "signals").toAbsolutePath();

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void the_samples_make_a_model_that_tells_its_held_out_samples_apart() throws Exception {
    assertThat(run("train", SIGNALS.toString())).isZero();

    assertThat(out().lines())
        .hasSize(7)
        .startsWith("trained on 255 windows of 15 samples, of idle, snake, wave")
        .contains("model written to " + directory.resolve("model.json"))
        .anyMatch(line -> line.startsWith("accuracy 0.9") && line.endsWith("6 held-out samples"))
        .contains("         idle  snake  wave  uncertain", "  idle     34      0     0          0");
    assertThat(err())
        .contains("SignalClassification.model=" + directory.resolve("model.json").toUri());
    assertThat(SignalModel.read(Files.readAllBytes(directory.resolve("model.json"))).labels())
        .containsExactly("idle", "snake", "wave");
  }

  @Test
  void json_is_one_line_and_the_model_is_the_same_for_the_same_seed() throws Exception {
    run("train", SIGNALS.toString(), "--json", "--seed", "7", "--out", "a.json");
    JsonNode answer = new ObjectMapper().readTree(out());
    assertThat(out()).hasLineCount(1);
    run("train", SIGNALS.toString(), "--seed", "7", "--out", "b.json");
    run("train", SIGNALS.toString(), "--seed", "8", "--out", "c.json");

    byte[] model = Files.readAllBytes(directory.resolve("a.json"));
    assertThat(Files.readAllBytes(directory.resolve("b.json"))).isEqualTo(model);
    assertThat(Files.readAllBytes(directory.resolve("c.json"))).isNotEqualTo(model);
    assertThat(answer.path("model").asText())
        .isEqualTo(directory.resolve("a.json").toUri().toString());
    assertThat(answer.path("windowMs").asDouble()).isEqualTo(2000);
    assertThat(answer.path("windowStepMs").asDouble()).isEqualTo(496);
    assertThat(answer.path("training").path("windows").asInt()).isEqualTo(255);
    JsonNode testing = answer.path("testing");
    assertThat(testing.path("samples").asInt()).isEqualTo(6);
    assertThat(testing.path("windows").asInt()).isEqualTo(102);
    assertThat(testing.path("accuracy").asDouble()).isGreaterThan(0.95);
    assertThat(testing.path("int8Accuracy").asDouble()).isGreaterThan(0.95);
    assertThat(testing.path("confusion").path("snake").path("snake").asInt()).isGreaterThan(30);
  }

  @Test
  void without_folders_a_share_of_each_label_is_held_out() throws Exception {
    copy("training", "idle.1.json", "idle.2.json", "wave.1.json", "wave.2.json", "wave.3.json");
    Files.writeString(directory.resolve(".hidden.json"), "x");
    Files.writeString(directory.resolve("info.labels"), "x");

    run("train", ".", "--test-split", "0.3", "--json");
    assertThat(counts(out())).containsExactly(3, 2);
    out.reset();
    // The model that the first run wrote there is no sample.
    run("train", ".", "--test-split", "0.9", "--json");
    assertThat(counts(out())).containsExactly(2, 3);
    out.reset();
    run("train", ".", "--test-split", "0");

    assertThat(out()).contains("5 samples").contains("no samples were held out");
  }

  @Test
  void samples_that_cannot_be_read_are_all_named_and_nothing_is_written() throws Exception {
    copy("training", "idle.1.json", "wave.1.json");
    Files.writeString(directory.resolve("wave.2.json"), "{}");
    Files.writeString(directory.resolve("wave.3.csv"), "timestamp,accX\n0,1\n16,x\n");

    assertThat(run("train", ".")).isEqualTo(2);

    assertThat(err())
        .contains("wave.2.json: a sample is an object with a payload")
        .contains("wave.3.csv: line 3 has a field that is no number");
    assertThat(out()).isEmpty();
    assertThat(directory.resolve("model.json")).doesNotExist();
  }

  @Test
  void samples_that_make_no_model_are_one() throws Exception {
    copy("training", "idle.1.json", "idle.2.json");

    assertThat(run("train", ".")).isEqualTo(1);
    assertThat(err()).contains("at least two labels");
    assertThat(directory.resolve("model.json")).doesNotExist();
  }

  private static List<Integer> counts(String json) throws IOException {
    JsonNode answer = new ObjectMapper().readTree(json);
    return Stream.of("training", "testing")
        .map(part -> answer.path(part).path("samples").asInt())
        .toList();
  }

  private void copy(String folder, String... names) throws IOException {
    for (String name : names) {
      Files.copy(SIGNALS.resolve(folder).resolve(name), directory.resolve(name));
    }
  }

  private int run(String... args) {
    var terminal = new Terminal(print(out), print(err), false, Map.of(), directory);
    return Fanfold.run(terminal, args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
