package io.fanfold.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and assets from the command line, against a scripted server. */
final class RegistryCommandsTest {

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private FakeServer server;

  @BeforeEach
  void start_server() throws Exception {
    server = new FakeServer();
    environment.put("FANFOLD_URL", server.url());
    environment.put("XDG_DATA_HOME", directory.resolve("data").toString());
  }

  @AfterEach
  void stop_server() {
    server.close();
  }

  @Test
  void files_are_registered_with_their_external_ids() throws Exception {
    Path picture = Files.writeString(directory.resolve("a.jpg"), "a");
    server.on(
        "POST /v1/files",
        201,
        "{\"files\":[{\"id\":7,\"externalId\":\"one\",\"uri\":\"file:///a.jpg\"}]}");

    int code =
        run(
            "files",
            "add",
            "a.jpg",
            "s3://b/c.png",
            "--external-id=one",
            "--external-id=two",
            "--project=plant");

    assertThat(code).isZero();
    assertThat(out()).contains("7  one").contains("file:///a.jpg");
    assertThat(server.requests().get(0).project()).isEqualTo("plant");
    assertThat(sent())
        .isEqualTo(
            json(
                """
                {"files":[{"uri":"%s","name":"a.jpg","externalId":"one"},
                          {"uri":"s3://b/c.png","name":"c.png","externalId":"two"}]}"""
                    .formatted(picture.toUri())));
  }

  @Test
  void each_file_has_an_external_id_or_none_has() {
    assertThat(run("files", "add", "s3://b/1", "s3://b/2", "--external-id=one")).isEqualTo(2);
    assertThat(err()).contains("2 files, but 1 external ids");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void files_are_listed_and_forgotten() {
    server
        .on(
            "GET /v1/files?limit=1",
            200,
            "{\"files\":[{\"id\":7,\"externalId\":null,\"uri\":\"s3://b/1\"}],\"hasMore\":true,"
                + "\"nextCursor\":\"7\"}")
        .on("GET /v1/files", 200, "{\"files\":[],\"hasMore\":false,\"nextCursor\":null}")
        .on("DELETE /v1/files/7", 200, "{}");

    assertThat(run("files", "list", "--limit=1")).isZero();
    assertThat(out()).contains("s3://b/1");
    assertThat(err()).contains("fanfold files list --cursor 7");
    assertThat(run("files", "list")).isZero();
    assertThat(err()).contains("no files");
    assertThat(run("files", "delete", "7")).isZero();
    assertThat(out()).contains("file 7 is forgotten");
  }

  @Test
  void assets_are_registered_from_lines() throws Exception {
    Files.writeString(
        directory.resolve("assets.jsonl"),
        "{\"id\":1,\"name\":\"21-PT-1019\"}\n\n{\"name\":\"22-PT-1019\",\"parentId\":1}\n");
    server.on("POST /v1/assets", 201, "{\"assets\":[]}");

    assertThat(run("assets", "add", "assets.jsonl")).isZero();

    assertThat(out()).contains("2 assets are registered");
    assertThat(sent())
        .isEqualTo(
            json(
                """
                {"assets":[{"id":1,"name":"21-PT-1019"},
                           {"name":"22-PT-1019","parentId":1}]}"""));
  }

  @Test
  void a_line_that_is_no_json_is_named() throws Exception {
    Files.writeString(directory.resolve("assets.jsonl"), "{}\n{nonsense\n");

    assertThat(run("assets", "add", "assets.jsonl")).isEqualTo(2);
    assertThat(err()).contains("line 2");
    assertThat(run("assets", "add", "none.jsonl")).isEqualTo(2);
    assertThat(server.requests()).isEmpty();
  }

  private int run(String... args) {
    return Fanfold.run(new Terminal(print(out), print(err), false, environment, directory), args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode sent() throws Exception {
    List<FakeServer.Request> requests = server.requests();
    return json(requests.get(requests.size() - 1).body());
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
