package io.fanfold.aggregator.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArtifactApiTest {

  private static final int ITEMS = 20_000;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<ItemResult> results = ArtifactSamples.results(ITEMS);
  private JobState job = ArtifactSamples.ended(42, ITEMS, "s3://out/jobs");
  private int readable = ITEMS;
  private Telemetry telemetry;
  private HttpApi http;

  @BeforeEach
  void start() {
    ItemReader reader =
        (read, from, into) -> {
          for (ItemResult result : results) {
            if (result.getIndex() == readable) {
              throw new IOException("not here");
            }
            into.accept(result, 1);
          }
        };
    var content =
        new ArtifactContent(
            reader,
            (read, result, attempt) ->
                Json.MAPPER.createObjectNode().put("index", result.getIndex()));
    var api = new ArtifactApi(context -> job, content);
    telemetry = new Telemetry();
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            1024,
            telemetry,
            List.of(),
            config -> api.routes(config.routes));
    http.start();
  }

  @AfterEach
  void stop() {
    http.close();
    telemetry.close();
  }

  @Test
  void the_files_of_an_ended_job_are_listed() throws Exception {
    JsonNode files = Json.MAPPER.readTree(get("").body()).path("artifacts");

    assertThat(files).hasSize(4);
    assertThat(files.get(0).path("name").asText()).isEqualTo("results.jsonl");
    assertThat(files.get(0).path("mediaType").asText()).isEqualTo("application/jsonl");
    assertThat(files.get(0).path("href").asText()).isEqualTo("/v1/jobs/42/artifacts/results.jsonl");
    assertThat(files.get(0).path("uri").asText()).isEqualTo("s3://out/jobs/42/results.jsonl");
  }

  @Test
  void a_file_is_made_while_it_is_sent() throws Exception {
    HttpResponse<String> response = get("/results.jsonl");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/jsonl");
    assertThat(response.body().split("\n")).hasSize(ITEMS - ITEMS / 3 - 1);
    assertThat(response.headers().firstValue("Content-Length")).isEmpty();
    assertThat(get("/summary.json").body()).contains("\"COMPLETED\"");
  }

  @Test
  void a_job_that_runs_has_no_files_yet() throws Exception {
    job.setStatus(JobStatus.RUNNING);

    assertThat(get("").body()).isEqualTo("{\"artifacts\":[]}");
    assertThat(get("/results.jsonl").statusCode()).isEqualTo(409);
    assertThat(get("/results.jsonl").body()).contains("JOB_NOT_ENDED");
  }

  @Test
  void a_file_that_no_job_has_is_not_found() throws Exception {
    assertThat(get("/passwords.txt").statusCode()).isEqualTo(404);
    job = ArtifactSamples.ended(42, ITEMS, null);
    job.setManifest(null);
    assertThat(get("/manifest-summary.json").statusCode()).isEqualTo(404);
  }

  @Test
  void results_that_are_not_in_the_view_yet_are_a_503() throws Exception {
    readable = 10;

    assertThat(get("/results.jsonl").statusCode()).isEqualTo(503);
  }

  @Test
  void a_file_that_breaks_off_does_not_look_whole() {
    readable = ITEMS - 1;

    assertThatThrownBy(() -> get("/results.jsonl")).isInstanceOf(IOException.class);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + http.port() + "/v1/jobs/42/artifacts" + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
