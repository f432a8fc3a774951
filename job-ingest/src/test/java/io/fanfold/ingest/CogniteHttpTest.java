package io.fanfold.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.cognite.CogniteDialect;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.JobSubmission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cognite dialect on a real port, with jobs and files that are made up. */
@Timeout(60)
final class CogniteHttpTest {

  private static final String REQUEST =
      "{\"items\":[{\"fileId\":1}],\"features\":[\"TextDetection\"]}";
  private static final String TOKENS = "plant:t0p-secret,yard:t1";

  private final SubmittedJobs jobs = new SubmittedJobs();
  private final FakeFiles files = new FakeFiles();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private DialectRoutes routes;
  private HttpApi http;

  @AfterEach
  void stop() {
    if (http != null) {
      http.close();
      routes.close();
    }
  }

  @Test
  void a_job_is_started_and_looked_up() {
    start(Map.of("dialects.open", "true"));
    files.add("plant", 1);

    HttpResponse<String> answer = post("/plant", "any", REQUEST.getBytes(UTF_8));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Request-ID")).isPresent();
    long id = ApiServer.json(answer).get("jobId").longValue();
    JobSubmission submitted = jobs.submitted().get(0);
    assertThat(submitted.getProject()).isEqualTo("plant");
    assertThat(submitted.getBatchSize()).isEqualTo(10);
    HttpResponse<String> found = get("/plant", "any", "/" + id);
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    assertThat(ApiServer.json(found).get("status").textValue()).isEqualTo("Queued");
    assertThat(ApiServer.json(found).get("items")).isEmpty();
  }

  @Test
  void a_body_may_be_zipped() throws IOException {
    start(Map.of("dialects.open", "true"));
    files.add("plant", 1);

    assertThat(post("/plant", "t", zipped(REQUEST), "Content-Encoding", "gzip").statusCode())
        .isEqualTo(200);
    String bomb = " ".repeat(2 * 1024 * 1024);
    assertError(post("/plant", "t", zipped(bomb), "Content-Encoding", "gzip"), 413);
    assertError(post("/plant", "t", REQUEST.getBytes(UTF_8), "Content-Encoding", "gzip"), 400);
    assertError(post("/plant", "t", REQUEST.getBytes(UTF_8), "Content-Encoding", "br"), 415);
  }

  @Test
  void files_that_are_not_registered_are_named() {
    start(Map.of("dialects.open", "true"));
    files.add("plant", 1);
    files.add("yard", 2);

    HttpResponse<String> answer =
        post(
            "/plant",
            "t",
            "{\"items\":[{\"fileId\":1},{\"fileId\":2}],\"features\":[\"TextDetection\"]}"
                .getBytes(UTF_8));

    assertError(answer, 400);
    assertThat(ApiServer.json(answer).at("/error/missing").toString()).isEqualTo("[{\"id\":2}]");
    assertThat(jobs.submitted()).isEmpty();
  }

  @Test
  void a_job_that_is_not_there_is_a_400() {
    start(Map.of("dialects.open", "true"));

    assertError(get("/plant", "t", "/7"), 400);
    assertError(get("/plant", "t", "/none"), 400);
  }

  @Test
  void what_is_refused_before_there_is_a_job_keeps_its_status() {
    start(Map.of("dialects.open", "true"));
    files.add("plant", 1);

    jobs.refuse(Problem.of(429, "QUOTA", "Too many", "Too many jobs"));
    HttpResponse<String> limited = post("/plant", "t", REQUEST.getBytes(UTF_8));
    assertError(limited, 429);
    assertThat(limited.headers().firstValue("Retry-After")).isPresent();

    jobs.refuse(Problem.unavailable("Kafka did not take the job"));
    assertError(post("/plant", "t", REQUEST.getBytes(UTF_8)), 503);
  }

  @Test
  void a_token_is_good_for_its_project_alone() {
    start(Map.of("cognite.tokens", TOKENS));

    assertError(get("/plant", "t0p-secret", "/7"), 400);
    HttpResponse<String> other = get("/yard", "t0p-secret", "/7");
    assertError(other, 403);
    assertThat(other.body()).doesNotContain("t0p-secret");
    HttpResponse<String> unknown = get("/plant", "t2", "/7");
    assertError(unknown, 401);
    assertThat(unknown.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertError(get("/plant", null, "/7"), 401);
    assertError(post("/plant", "t2", REQUEST.getBytes(UTF_8)), 401);
  }

  @Test
  void without_tokens_nobody_gets_in() {
    start(Map.of());

    assertError(get("/plant", "any", "/7"), 401);
  }

  @Test
  void an_open_one_wants_a_token_and_the_name_of_a_project_all_the_same() {
    start(Map.of("dialects.open", "true"));

    assertError(get("/plant", null, "/7"), 401);
    assertError(get("/plant", "", "/7"), 401);
    assertError(get("/no%20project", "t", "/7"), 400);
  }

  @Test
  void half_an_issuer_is_a_wrong_configuration() {
    assertThatThrownBy(() -> start(Map.of("cognite.oidc.issuer", "https://login.example/")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cognite.oidc.audience");
    assertThatThrownBy(
            () ->
                start(
                    Map.of(
                        "cognite.oidc.issuer", "https://login.example/",
                        "cognite.oidc.audience", "fanfold",
                        "cognite.oidc.jwks.url", "file:///keys")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cognite.oidc.jwks.url");
  }

  private void start(Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.put(ServiceConfig.BOOTSTRAP_SERVERS, "127.0.0.1:9092");
    all.put(ServiceConfig.SCHEMA_REGISTRY_URL, "mock://cognite-http");
    var config = ServiceConfig.of(JobIngestConfig.definition(), all);
    var dialect =
        new CogniteDialect(
            new DialectParts(
                config, jobs, files, null, null, new Service("test"), Clock.systemUTC()));
    routes = new DialectRoutes(List.of(dialect), jobs);
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            ApiServer.MAX_BODY,
            new Telemetry(),
            List.of(),
            javalin -> routes.routes(javalin.routes, List.of()));
    http.start();
  }

  private HttpResponse<String> post(String project, String token, byte[] body, String... headers) {
    HttpRequest.Builder request =
        request(project, token, "")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  private HttpResponse<String> get(String project, String token, String path) {
    return send(request(project, token, path).build());
  }

  private HttpRequest.Builder request(String project, String token, String path) {
    String target = "/api/v1/projects" + project + "/context/vision/extract" + path;
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + target));
    // As the original's clients do.
    request.header("cdf-version", "V20210406");
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertError(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode error = ApiServer.json(answer).get("error");
    assertThat(error.get("code").intValue()).isEqualTo(status);
    assertThat(error.get("message").textValue()).isNotBlank();
  }

  private static byte[] zipped(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
