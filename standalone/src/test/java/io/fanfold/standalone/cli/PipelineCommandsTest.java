package io.fanfold.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.PipelineOptions;
import io.fanfold.standalone.PipelineProcess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real pipeline: what the fake server cannot show. */
@Timeout(180)
class PipelineCommandsTest {

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aJobIsFollowedToItsEndAndStillThereAfterARestartOnOtherPorts() throws Exception {
    Path data = directory.resolve("data");
    Path items = Files.createDirectory(directory.resolve("items"));
    Files.writeString(items.resolve("no-picture.jpg"), "text");

    long id;
    try (var pipeline = start(data, items)) {
      assertThat(pipeline.addresses().http()).startsWith("http://127.0.0.1:");
      int code = run(data, "submit", items.toString(), "-f", "ObjectDetection", "-w", "--json");
      JsonNode job = json();
      assertThat(code).as("a job of which nothing succeeded").isEqualTo(1);
      assertThat(job.path("status").asText()).isEqualTo("FAILED");
      assertThat(job.path("counts").path("failedByCode").path("UNSUPPORTED_FORMAT").asInt())
          .isEqualTo(1);
      id = job.path("id").asLong();
    }
    try (var pipeline = start(data, items)) {
      assertThat(pipeline.logFile()).exists();
      assertThat(run(data, "jobs", "--json")).isZero();
      assertThat(json().path("jobs"))
          .singleElement()
          .satisfies(job -> assertThat(job.path("id").asLong()).isEqualTo(id));
      assertThat(run(data, "items", Long.toString(id), "--failed")).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("UNSUPPORTED_FORMAT");
      assertThat(run(data, "submit", "data:,x", "-f", "NoSuchFeature")).isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("is not offered");
    }
  }

  private static PipelineProcess start(Path data, Path items) throws Exception {
    return PipelineProcess.start(
        DataDirectory.open(data),
        PipelineOptions.onFreePorts(List.of(items)),
        Optional.empty(),
        Map.of());
  }

  private int run(Path data, String... args) {
    out.reset();
    err.reset();
    var withData = new ArrayList<>(List.of(args));
    withData.addAll(List.of("--data-dir", data.toString()));
    return Fanfold.run(
        new Terminal(print(out), print(err), false, Map.of(), directory),
        withData.toArray(String[]::new));
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
