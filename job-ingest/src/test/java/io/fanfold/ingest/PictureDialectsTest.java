package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Service;
import io.fanfold.kit.ServiceConfig;
import io.fanfold.kit.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DeepVA and ImageIntelligence over HTTP, with credentials that are checked. */
@Timeout(60)
final class PictureDialectsTest {

  private static final String DEEPVA =
      "{\"sources\":[\"http://a.example/1.jpg\"],\"modules\":{\"face_recognition\":{}},\"tag\":\"t\"}";
  private static final String MATCH =
      "{\"images\":[{\"url\":\"http://a.example/1.jpg\"}],"
          + "\"target\":{\"class\":\"cup\",\"images\":[\"http://a.example/cup.jpg\"]}}";

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static WaitingJobs jobs;
  private static Telemetry telemetry;
  private static DialectRoutes dialects;
  private static HttpApi http;

  @BeforeAll
  static void start() {
    jobs = new WaitingJobs();
    telemetry = new Telemetry();
    dialects = new DialectRoutes(Dialects.of(parts(Map.of())), jobs);
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            ApiServer.MAX_BODY,
            telemetry,
            List.of(),
            config -> dialects.routes(config.routes, List.of()));
    http.start();
  }

  @AfterAll
  static void stop() {
    http.close();
    dialects.close();
    telemetry.close();
  }

  @BeforeEach
  void forget() {
    jobs.asked.clear();
  }

  @Test
  void a_deepva_key_leads_to_its_own_jobs() {
    JsonNode created = json(201, send("POST", "/api/v1/jobs/", DEEPVA, "Key red-key"));
    String path = "/v1/jobs/" + created.get("id").asText() + "/";

    assertThat(json(200, send("GET", path, "", "Key red-key"))).hasSize(15);
    assertThat(json(404, send("GET", path, "", "Key blue-key")).get("code").asText())
        .isEqualTo("NOT_FOUND");
    assertThat(json(404, send("DELETE", path, "", "Key blue-key"))).hasSize(3);
    assertThat(jobs.asked).isEmpty();
    JsonNode files = json(200, send("GET", path + "artifacts", "", "Key red-key")).get("data");
    assertThat(files.get(0).get("job_id")).isEqualTo(created.get("id"));
    String file = path + "artifacts/" + files.get(0).get("id").asText() + "/file/";
    HttpResponse<String> content = send("GET", file, "", "Key red-key");
    assertThat(content.body()).isEqualTo("{\"of\":\"results.jsonl\"}\n");
    assertThat(content.headers().firstValue("Content-Type")).hasValue("application/jsonl");
    json(404, send("GET", path + "artifacts/none/file/", "", "Key red-key"));
    assertThat(send("POST", path + "stop", "", "Key red-key").statusCode()).isEqualTo(202);
    assertThat(send("DELETE", path, "", "Key red-key").statusCode()).isEqualTo(204);
    assertThat(jobs.asked.get(0)).startsWith("cancel red 7");
    assertThat(jobs.asked.get(1)).startsWith("delete red 7");
  }

  @ParameterizedTest
  @CsvSource({"Key", "Key ''", "Key other-key", "Bearer red-key", "red-key", "''"})
  void any_other_deepva_key_is_a_401_that_says_how(String authorization) {
    HttpResponse<String> answer = send("GET", "/api/v1/jobs/", "", authorization);

    assertThat(json(401, answer).get("code").asText()).isEqualTo("UNAUTHORIZED");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Key");
    assertThat(answer.body()).doesNotContain("other-key");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '{offset=0, limit=10}'",
    "offset=20&limit=99999, '{offset=20, limit=1000}'",
    "tag=a, '{offset=0, limit=10, tag=a}'",
    "search=a, '{offset=0, limit=10, tag=a}'",
    "search=a&tag=a, '{offset=0, limit=10, tag=a}'"
  })
  void deepva_lists_are_the_native_ones(String query, String asked) {
    json(200, send("GET", "/v1/jobs/?" + query, "", "Key red-key"));

    assertThat(jobs.asked).containsExactly("list " + asked);
  }

  @Test
  void a_deepva_search_for_an_id_is_a_lookup() {
    JsonNode job = json(201, send("POST", "/v1/jobs/", DEEPVA, "Key red-key"));
    String search = "/v1/jobs/?search=" + job.get("id").asText();

    assertThat(json(200, send("GET", search, "", "Key red-key")).get("total").asInt()).isOne();
    assertThat(json(200, send("GET", search + "&tag=t", "", "Key red-key")).get("data")).hasSize(1);
    assertThat(json(200, send("GET", search + "&tag=u", "", "Key red-key")).get("data")).isEmpty();
    assertThat(json(200, send("GET", search, "", "Key blue-key")).get("total").asInt()).isZero();
    assertThat(json(200, send("GET", "/v1/jobs/?search=a&tag=b", "", "Key red-key")).get("data"))
        .isEmpty();
    assertThat(jobs.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"limit=0", "limit=x", "offset=-1", "offset=10001", "limit=1&limit=2"})
  void a_deepva_page_that_cannot_be_is_a_400(String query) {
    JsonNode refusal = json(400, send("GET", "/v1/jobs/?" + query, "", "Key red-key"));

    assertThat(query).startsWith(refusal.get("errors").get(0).get("field").asText());
  }

  @Test
  void an_imageintelligence_client_gets_a_token_for_its_own_jobs() {
    JsonNode token =
        json(200, send("POST", "/v2/oauth/token", credentials("client", "a:secret"), ""));
    String bearer = "Bearer " + token.get("accessToken").asText();

    assertThat(token)
        .isEqualTo(
            Json.MAPPER
                .createObjectNode()
                .put("accessToken", token.get("accessToken").asText())
                .put("expiresAt", ApiServer.NOW.toEpochMilli() + 24 * 3600 * 1000)
                .put("issuedAt", ApiServer.NOW.toEpochMilli())
                .put("orgName", "red")
                .put("appName", "client")
                .put("scope", "match:create match:read"));
    JsonNode job = json(200, send("POST", "/v2/match", MATCH, bearer));
    assertThat(json(200, send("GET", "/v2/match/" + job.get("id").asText(), "", bearer)))
        .isEqualTo(job);
    assertThat(json(200, send("GET", "/v2/match", "", bearer))).contains(job);
    json(404, send("GET", "/v2/match/6b5195d6-cc05-4a99-a293-8d73be0aa37f", "", bearer));
  }

  @ParameterizedTest
  @CsvSource({"client, other", "other, 'a:secret'", "'client:a', secret"})
  void any_other_imageintelligence_client_is_a_401(String id, String secret) {
    json(401, send("POST", "/v2/oauth/token", credentials(id, secret), ""));
  }

  @ParameterizedTest
  @CsvSource({"''", "Bearer", "Bearer a.b", "Key red-key"})
  void any_other_imageintelligence_token_is_a_401(String authorization) {
    HttpResponse<String> answer = send("GET", "/v2/match", "", authorization);

    assertThat(json(401, answer)).hasSize(4);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
  }

  @Test
  void a_token_request_names_what_is_missing() {
    assertThat(
            json(400, send("POST", "/v2/oauth/token", "{}", ""))
                .get("errors")
                .findValuesAsText("field"))
        .containsExactly("clientId", "clientSecret");
  }

  @ParameterizedTest
  @CsvSource({
    "imageintelligence.token.key, short",
    "imageintelligence.clients, short",
    "deepva.keys, short",
    "deepva.webhook.secrets, short"
  })
  void configuration_that_cannot_be_is_refused_without_repeating_it(String key, String value) {
    assertThatThrownBy(() -> Dialects.of(parts(Map.of(key, value))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageNotContaining("short");
  }

  private static DialectParts parts(Map<String, String> more) {
    var values = new HashMap<String, String>();
    values.put(ServiceConfig.BOOTSTRAP_SERVERS, "127.0.0.1:9092");
    values.put(ServiceConfig.SCHEMA_REGISTRY_URL, "mock://pictures");
    values.put(JobIngestConfig.DIALECTS, "deepva,imageintelligence");
    values.put("deepva.keys", "red:red-key,blue:blue-key");
    values.put("imageintelligence.clients", "red:client:a:secret");
    values.putAll(more);
    return new DialectParts(
        ServiceConfig.of(JobIngestConfig.definition(), values),
        jobs,
        null,
        null,
        null,
        new Service("dialects"),
        Clock.fixed(ApiServer.NOW, ZoneOffset.UTC));
  }

  private static String credentials(String id, String secret) {
    return Json.MAPPER
        .createObjectNode()
        .put("clientId", id)
        .put("clientSecret", secret)
        .toString();
  }

  private static HttpResponse<String> send(
      String method, String path, String body, String authorization) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
            // As curl announces it, and the references' own examples are for curl.
            .header("Content-Type", "application/x-www-form-urlencoded")
            .method(method, BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
  }
}
