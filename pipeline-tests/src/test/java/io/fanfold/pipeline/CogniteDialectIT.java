package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.Pipeline;
import io.fanfold.standalone.PipelineOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cognite's client, unmodified, before a whole pipeline. */
final class CogniteDialectIT {

  private static final Path SAMPLES = Path.of("..", "samples").toAbsolutePath().normalize();
  private static final String[] PLANT = {"Fanfold-Project", "plant"};

  private static DataDirectory directory;
  private static Pipeline pipeline;
  private static FanfoldHttp http;

  @BeforeAll
  static void start() throws Exception {
    NodeClients.require();
    directory = DataDirectory.ephemeral();
    pipeline =
        new Pipeline(
            directory,
            PipelineOptions.onFreePorts(List.of(SAMPLES))
                .withOverrides(
                    Map.of(
                        "cognite.batch.size",
                        "2",
                        "quota.submissions.per.second.projects",
                        "limited:1")));
    pipeline.start();
    http = new FanfoldHttp(pipeline.addresses().http());
    register(
        "plant",
        """
        {"files": [
          {"id": 1001, "externalId": "lower_third", "instanceSpace": "pictures",
           "instanceExternalId": "lower_third", "uri": "%s"},
          {"id": 1002, "externalId": "astronaut", "uri": "%s", "mediaType": "image/jpeg"},
          {"id": 1003, "uri": "%s"}]}"""
            .formatted(uri("lower_third.jpg"), uri("astronaut.jpg"), uri("truncated.jpg")));
    register(
        "limited",
        "{\"files\": [{\"externalId\": \"astronaut\", \"uri\": \"%s\"}]}"
            .formatted(uri("astronaut.jpg")));
    post(
        "/v1/assets",
        "plant",
        """
        {"assets": [
          {"id": 1, "name": "CREW"},
          {"id": 2, "name": "eileen-collins", "parentId": 1},
          {"id": 3, "name": "NASA ASTRONAUT, STS 63 PILOT"}]}""");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> http.get("/v1/features").body().contains("AssetTagDetection"));
  }

  @AfterAll
  static void stop() {
    if (pipeline != null) {
      pipeline.close();
      directory.close();
    }
  }

  @Test
  void the_client_extracts_to_the_end() throws Exception {
    String printed =
        NodeClients.run("cognite.js", Map.of("FANFOLD_URL", pipeline.addresses().http()));

    assertThat(printed).endsWith("ok\n");
  }

  @Test
  void a_file_is_found_until_it_is_deleted() {
    register("plant", "{\"files\": [{\"externalId\": \"tmp\", \"uri\": \"s3://b/a.jpg\"}]}");

    JsonNode found = FanfoldHttp.json(http.get("/v1/files?externalId=tmp", PLANT)).at("/files/0");
    String file = "/v1/files/" + found.get("id").asText();
    assertThat(FanfoldHttp.json(http.get(file, PLANT))).isEqualTo(found);
    assertThat(http.delete(file, PLANT).statusCode()).isEqualTo(204);
    assertThat(http.get(file, PLANT).statusCode()).isEqualTo(404);
  }

  private static String uri(String sample) {
    return SAMPLES.resolve(sample).toUri().toString();
  }

  private static void register(String project, String files) {
    post("/v1/files", project, files);
  }

  private static void post(String path, String project, String body) {
    HttpResponse<String> answer =
        http.post(path, "application/json", body.getBytes(UTF_8), "Fanfold-Project", project);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }
}
