package io.fanfold.aggregator.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.JobState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArtifactContentTest {

  private static final int ITEMS = 20;

  private final JobState job = ArtifactSamples.ended(42, ITEMS, "file:///out");
  private final ArtifactContent content = ArtifactSamples.content(ArtifactSamples.results(ITEMS));

  @Test
  void results_have_a_line_an_item_with_predictions_in_item_order() throws IOException {
    String[] lines = whole(ArtifactFile.RESULTS).split("\n");

    assertThat(lines).hasSize(13);
    assertThat(lines[0]).isEqualTo("{\"index\":1,\"jobId\":42,\"line\":2}");
    assertThat(lines[12]).contains("\"index\":19");
  }

  @Test
  void failures_have_a_line_an_item_without() throws IOException {
    assertThat(List.of(whole(ArtifactFile.FAILURES).split("\n")))
        .hasSize(7)
        .first()
        .isEqualTo("{\"index\":0,\"jobId\":42,\"line\":1}");
  }

  @Test
  void the_summary_is_the_job() throws IOException {
    JsonNode summary = Json.MAPPER.readTree(whole(ArtifactFile.SUMMARY));

    assertThat(summary.path("id").asText()).isEqualTo("42");
    assertThat(summary.path("status").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void the_manifest_summary_counts_lines_and_names_the_bad_ones() throws IOException {
    JsonNode summary = Json.MAPPER.readTree(whole(ArtifactFile.MANIFEST_SUMMARY));

    JsonNode statistics = summary.path("statistics");
    assertThat(statistics.path("total-json-lines").asInt()).isEqualTo(20);
    assertThat(statistics.path("valid-json-lines").asInt()).isEqualTo(14);
    assertThat(statistics.path("invalid-json-lines").asInt()).isEqualTo(6);
    // Items 3, 6, 12 and 15: those that were not run are no errors of the manifest.
    assertThat(summary.path("errors")).hasSize(4);
    JsonNode error = summary.path("errors").get(0);
    assertThat(error.path("line-number").asInt()).isEqualTo(4);
    assertThat(error.path("source-ref").asText()).isEqualTo("s3://in/3");
    assertThat(error.path("code").asText()).isEqualTo("INVALID_ITEM");
    assertThat(error.path("message").asText()).isEqualTo("no \"item\"");
  }

  @Test
  void a_manifest_without_errors_has_a_summary_too() throws IOException {
    JobState empty = ArtifactSamples.ended(42, 0, null);
    var bytes = new ByteArrayOutputStream();
    content.write(empty, ArtifactFile.MANIFEST_SUMMARY, 0, 0, (b, next) -> add(bytes, b));

    assertThat(Json.MAPPER.readTree(bytes.toByteArray()).path("errors").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void a_file_written_in_any_steps_is_the_same(ArtifactFile file) throws IOException {
    String whole = whole(file);
    for (int step = 1; step < 8; step++) {
      var bytes = new ByteArrayOutputStream();
      long[] next = {0};
      boolean all = false;
      while (!all) {
        int[] left = {step};
        all =
            content.write(
                job,
                file,
                next[0],
                bytes.size(),
                (piece, nextItem) -> {
                  next[0] = nextItem;
                  return add(bytes, piece) && --left[0] > 0;
                });
      }
      assertThat(bytes.toString(UTF_8)).as("steps of " + step).isEqualTo(whole);
      // What is complete may be asked for again.
      assertThat(content.write(job, file, next[0], bytes.size(), (b, n) -> add(bytes, b))).isTrue();
      if (file == ArtifactFile.SUMMARY || file == ArtifactFile.MANIFEST_SUMMARY) {
        assertThat(bytes.toString(UTF_8)).isEqualTo(whole);
      }
    }
  }

  private String whole(ArtifactFile file) throws IOException {
    var bytes = new ByteArrayOutputStream();
    assertThat(content.write(job, file, 0, 0, (piece, next) -> add(bytes, piece))).isTrue();
    return bytes.toString(UTF_8);
  }

  private static boolean add(ByteArrayOutputStream bytes, byte[] piece) {
    bytes.writeBytes(piece);
    return true;
  }
}
