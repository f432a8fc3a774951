package io.fanfold.standalone.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.serde.AvroSerializer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRegistryServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

  private final InMemorySchemaLog log = new InMemorySchemaLog();
  private final HttpClient http = HttpClient.newHttpClient();
  private SchemaRegistryServer server = start();

  private SchemaRegistryServer start() {
    return new SchemaRegistryServer(log, Compatibility.BACKWARD, "127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String url() {
    return "http://127.0.0.1:" + server.port();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Content-Type", MEDIA_TYPE)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(MEDIA_TYPE);
    return response;
  }

  private void assertAnswer(String method, String path, String body, String answer)
      throws Exception {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree(answer));
  }

  private void assertRefused(String method, String path, String body, int status, int code)
      throws Exception {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.path("error_code").asInt()).isEqualTo(code);
    assertThat(problem.path("message").asText()).isNotBlank();
  }

  private static String schema(String schema) {
    return JSON.createObjectNode().put("schema", schema).toString();
  }

  @Test
  void theWholeApi() throws Exception {
    String one = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";
    assertAnswer("GET", "/", null, "{}");
    assertAnswer("GET", "/subjects", null, "[]");
    assertAnswer("GET", "/schemas/types", null, "[\"AVRO\"]");
    assertAnswer("POST", "/subjects/a%20b/versions", schema(one), "{\"id\":1}");
    assertAnswer("POST", "/subjects/c/versions?normalize=true", schema(one), "{\"id\":1}");
    assertAnswer("POST", "/subjects/d/versions", schema("\"string\""), "{\"id\":2}");
    assertAnswer("GET", "/subjects", null, "[\"a b\",\"c\",\"d\"]");
    assertAnswer("GET", "/subjects?subjectPrefix=c", null, "[\"c\"]");
    assertAnswer("GET", "/subjects/c/versions", null, "[1]");
    String version =
        JSON.createObjectNode()
            .put("subject", "c")
            .put("version", 1)
            .put("id", 1)
            .put("schema", one)
            .toString();
    assertAnswer("GET", "/subjects/c/versions/1", null, version);
    assertAnswer("GET", "/subjects/c/versions/latest", null, version);
    assertAnswer("POST", "/subjects/c", schema(one), version);
    assertAnswer("GET", "/subjects/c/versions/1/schema", null, one);
    assertAnswer("GET", "/schemas/ids/1", null, schema(one));
    assertAnswer("GET", "/schemas/ids/1/schema", null, one);
    assertAnswer("GET", "/schemas/ids/1/subjects", null, "[\"a b\",\"c\"]");
    assertAnswer(
        "GET",
        "/schemas/ids/1/versions",
        null,
        "[{\"subject\":\"a b\",\"version\":1},{\"subject\":\"c\",\"version\":1}]");
    assertAnswer("GET", "/mode", null, "{\"mode\":\"READWRITE\"}");
    assertAnswer("GET", "/config", null, "{\"compatibilityLevel\":\"BACKWARD\"}");
    assertRefused("GET", "/config/c", null, 404, 40408);
    assertAnswer(
        "GET", "/config/c?defaultToGlobal=true", null, "{\"compatibilityLevel\":\"BACKWARD\"}");
    assertAnswer(
        "PUT", "/config/c", "{\"compatibility\":\"full\"}", "{\"compatibility\":\"FULL\"}");
    assertAnswer("GET", "/config/c", null, "{\"compatibilityLevel\":\"FULL\"}");
    assertAnswer("PUT", "/config", "{\"compatibility\":\"NONE\"}", "{\"compatibility\":\"NONE\"}");
    assertAnswer("GET", "/config", null, "{\"compatibilityLevel\":\"NONE\"}");
    String check = "/compatibility/subjects/c/versions";
    assertAnswer("POST", check + "/latest", schema(one), "{\"is_compatible\":true}");
    assertAnswer("POST", check, schema("\"int\""), "{\"is_compatible\":false}");
    JsonNode verbose =
        JSON.readTree(send("POST", check + "/1?verbose=true", schema("\"int\"")).body());
    assertThat(verbose.path("messages")).isNotEmpty();
    assertRefused("POST", "/subjects/c/versions", schema("\"int\""), 409, 409);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /subjects/x/versions, , 404, 40401",
    "GET, /subjects/x/versions/1, , 404, 40401",
    "GET, /subjects/known/versions/2, , 404, 40402",
    "GET, /subjects/known/versions/two, , 422, 42202",
    "GET, /schemas/ids/9, , 404, 40403",
    "GET, /schemas/ids/x, , 400, 400",
    "POST, /subjects/x, '{\"schema\":\"\\\"int\\\"\"}', 404, 40401",
    "POST, /subjects/known, '{\"schema\":\"\\\"int\\\"\"}', 404, 40403",
    "POST, /subjects/x/versions, '{\"schema\":\"\\\"wrong\\\"\"}', 422, 42201",
    "POST, /subjects/x/versions, '{}', 422, 42201",
    "POST, /subjects/x/versions, '{\"schemaType\":\"JSON\",\"schema\":\"{}\"}', 422, 42201",
    "POST, /subjects/x/versions, '{\"schema\":\"\\\"int\\\"\",\"references\":[{}]}', 422, 42201",
    "POST, /subjects/x/versions, '{', 400, 400",
    "PUT, /config, '{\"compatibility\":\"SOME\"}', 422, 42203",
    "DELETE, /subjects/known, , 405, 405",
    "DELETE, /subjects/known/versions/1, , 405, 405",
    "PUT, /mode, '{\"mode\":\"READONLY\"}', 405, 405",
    "GET, /nowhere, , 404, 404"
  })
  void refusals(String method, String path, String body, int status, int code) throws Exception {
    send("POST", "/subjects/known/versions", schema("\"string\""));
    assertRefused(method, path, body, status, code);
    assertAnswer("GET", "/subjects", null, "[\"known\"]");
  }

  @Test
  void serializersWorkOverIt() {
    var submission = JobSubmission.newBuilder().setProject("p").build();
    try (var codec = new AvroCodec(Map.of("schema.registry.url", url()))) {
      byte[] bytes = codec.encode(Topics.JOB_SUBMISSIONS, submission);
      assertThat(codec.decode(Topics.JOB_SUBMISSIONS, bytes)).isEqualTo(submission);
    }
  }

  @Test
  void serializersAreToldOfIncompatibleSchemas() {
    try (var serializer = new AvroSerializer()) {
      serializer.configure(Map.of("schema.registry.url", url()), false);
      serializer.serialize("t", "text");
      assertThatThrownBy(() -> serializer.serialize("t", new Job()))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("t-value")
          .hasMessageContaining("409");
    }
  }

  @Test
  void nothingIsLostOverARestart() throws Exception {
    send("POST", "/subjects/s/versions", schema("\"string\""));
    send("PUT", "/config/s", "{\"compatibility\":\"FULL\"}");
    server.close();
    server = start();
    assertAnswer("GET", "/schemas/ids/1", null, schema("\"string\""));
    assertAnswer("GET", "/config/s", null, "{\"compatibilityLevel\":\"FULL\"}");
    assertAnswer("POST", "/subjects/s/versions", schema("\"string\""), "{\"id\":1}");
    assertAnswer("POST", "/subjects/t/versions", schema("\"int\""), "{\"id\":2}");
    assertThat(log.size()).isEqualTo(3);
  }

  @Test
  void afterAFailureTheLogDecides() throws Exception {
    log.failOnceBeforeKeeping();
    assertRefused("POST", "/subjects/s/versions", schema("\"string\""), 500, 50001);
    assertRefused("GET", "/schemas/ids/1", null, 404, 40403);
    assertAnswer("POST", "/subjects/s/versions", schema("\"string\""), "{\"id\":1}");
    log.failOnceAfterKeeping();
    assertRefused("POST", "/subjects/t/versions", schema("\"int\""), 500, 50001);
    assertAnswer("POST", "/subjects/u/versions", schema("\"long\""), "{\"id\":3}");
    assertAnswer("GET", "/schemas/ids/2", null, schema("\"int\""));
  }

  @Test
  void manyAtOnceGetTheSameId() throws Exception {
    var threads = Executors.newFixedThreadPool(8);
    try {
      var work =
          IntStream.range(0, 40)
              .<Callable<String>>mapToObj(
                  i ->
                      () ->
                          send("POST", "/subjects/s" + i % 4 + "/versions", schema("\"string\""))
                              .body())
              .toList();
      for (var done : threads.invokeAll(work)) {
        assertThat(done.get()).isEqualTo("{\"id\":1}");
      }
    } finally {
      threads.shutdown();
    }
    assertThat(log.size()).isEqualTo(4);
  }

  @Test
  void aTakenPortIsAFailure() {
    int taken = server.port();
    assertThatThrownBy(
            () ->
                new SchemaRegistryServer(
                    new InMemorySchemaLog(), Compatibility.BACKWARD, "127.0.0.1", taken))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining(Integer.toString(taken));
  }
}
