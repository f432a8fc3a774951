package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class HttpApiTest {

  private static final int MAX_BODY = 10_000;

  private static final AtomicBoolean healthy = new AtomicBoolean(true);
  private static final AtomicBoolean checkThrows = new AtomicBoolean();
  private static Telemetry telemetry;
  private static HttpApi http;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    telemetry = new Telemetry();
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            MAX_BODY,
            telemetry,
            List.of(
                Check.of("always", () -> Check.Result.ok("fine")),
                Check.of(
                    "sometimes",
                    () -> {
                      if (checkThrows.get()) {
                        throw new IllegalStateException("unexpected");
                      }
                      return healthy.get()
                          ? Check.Result.ok("there")
                          : Check.Result.failed("gone away");
                    })),
            config -> {
              config.routes.get(
                  "/things/{id}",
                  context -> HttpApi.json(context, 200, List.of(context.pathParam("id"))));
              config.routes.post(
                  "/things", context -> HttpApi.json(context, 200, context.bodyAsBytes().length));
              config.routes.get(
                  "/broken",
                  context -> {
                    throw new IllegalStateException("the password is hunter2");
                  });
              config.routes.get(
                  "/busy",
                  context -> {
                    throw Problem.unavailable("full").exception();
                  });
              config.routes.get(
                  "/project",
                  context -> HttpApi.json(context, 200, List.of(HttpApi.project(context))));
              config.routes.get(
                  "/page",
                  context ->
                      HttpApi.json(context, 200, HttpApi.intParam(context, "limit", 20, 1, 100)));
            });
    http.start();
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    http.close();
    telemetry.close();
  }

  @Test
  void a_path_nobody_serves_is_a_404_problem() throws Exception {
    JsonNode problem = problem(get("/nowhere"), 404, "NOT_FOUND");

    assertThat(problem.get("detail").textValue()).contains("/nowhere");
    assertThat(problem.has("errors")).isFalse();
  }

  @Test
  void a_method_a_path_does_not_take_is_a_405_problem_that_says_which_it_takes() throws Exception {
    HttpResponse<String> answer =
        send(HttpRequest.newBuilder(uri("/things")).method("DELETE", BodyPublishers.noBody()));

    problem(answer, 405, "METHOD_NOT_ALLOWED");
    assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
  }

  @Test
  void a_body_of_the_greatest_length_is_taken() throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/things")).POST(BodyPublishers.ofByteArray(new byte[MAX_BODY]));

    assertThat(send(request).body()).isEqualTo(Integer.toString(MAX_BODY));
  }

  @Test
  void a_body_that_announces_too_much_is_a_413_problem() throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/things"))
            .POST(BodyPublishers.ofByteArray(new byte[MAX_BODY + 1]));

    problem(send(request), 413, "BODY_TOO_LARGE");
  }

  @Test
  void a_body_that_announces_nothing_and_is_too_large_is_a_413_problem() throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/things"))
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(new byte[MAX_BODY + 1])));

    problem(send(request), 413, "BODY_TOO_LARGE");
  }

  @Test
  void what_breaks_is_a_500_problem_that_tells_nothing_of_the_inside() throws Exception {
    HttpResponse<String> answer = get("/broken");

    problem(answer, 500, "INTERNAL");
    assertThat(answer.body()).doesNotContain("hunter2", "IllegalState");
    assertThat(answer.headers().firstValue("X-Request-ID")).isPresent();
  }

  @Test
  void a_503_says_when_to_come_again() throws Exception {
    HttpResponse<String> answer = get("/busy");

    problem(answer, 503, "UNAVAILABLE");
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
  }

  @Test
  void a_request_id_is_echoed() throws Exception {
    assertThat(requestId("abc-DEF_1.2")).isEqualTo("abc-DEF_1.2");
    assertThat(requestId("a".repeat(64))).isEqualTo("a".repeat(64));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\tb", "a\"b", "{}", "../x", "caf\u00e9"})
  void a_request_id_that_could_harm_a_log_is_replaced(String given) throws Exception {
    String answer =
        RawHttp.exchange(http.port(), "", "GET /busy HTTP/1.1", "X-Request-ID: " + given);

    assertThat(answer).containsPattern("(?i)X-Request-ID: [0-9a-f-]{36}\r\n");
  }

  @Test
  void a_long_request_id_is_replaced() throws Exception {
    assertThat(requestId("a".repeat(65))).matches("[0-9a-f-]{36}");
  }

  @Test
  void every_answer_has_a_request_id_of_its_own() throws Exception {
    assertThat(get("/nowhere").headers().firstValue("X-Request-ID"))
        .isPresent()
        .isNotEqualTo(get("/nowhere").headers().firstValue("X-Request-ID"));
  }

  @Test
  void a_live_service_says_so() throws Exception {
    HttpResponse<String> answer = get("/health/live");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void readiness_lists_every_check_and_is_503_when_one_fails() throws Exception {
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    healthy.set(false);
    try {
      HttpResponse<String> answer = get("/health/ready");

      assertThat(answer.statusCode()).isEqualTo(503);
      JsonNode body = Json.MAPPER.readTree(answer.body());
      assertThat(body.get("status").textValue()).isEqualTo("DOWN");
      assertThat(body.get("checks").findValuesAsText("name"))
          .containsExactly("always", "sometimes");
      assertThat(body.get("checks").findValuesAsText("ok")).containsExactly("true", "false");
      assertThat(body.get("checks").findValuesAsText("detail"))
          .containsExactly("fine", "gone away");
    } finally {
      healthy.set(true);
    }
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void requests_are_counted_by_route_and_not_by_path() throws Exception {
    get("/things/1234567");
    get("/nowhere/1234567");

    HttpResponse<String> metrics = get("/metrics");

    assertThat(metrics.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(metrics.body())
        .contains("uri=\"/things/{id}\"")
        .contains("uri=\"none\"")
        .doesNotContain("1234567");
  }

  @Test
  void methods_nobody_knows_are_counted_as_one() throws Exception {
    RawHttp.exchange(http.port(), "", "FOOBAR /things/1 HTTP/1.1");

    assertThat(get("/metrics").body()).doesNotContain("FOOBAR");
  }

  @Test
  void the_project_is_the_headers_or_the_default() throws Exception {
    assertThat(get("/project").body()).isEqualTo("[\"default\"]");
    assertThat(project("a").body()).isEqualTo("[\"a\"]");
    assertThat(project("Team-1.b_" + "x".repeat(55)).body()).contains("Team-1.b_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", ".a", "a/b", "a b", "a,b", "..", "*"})
  void a_project_that_is_no_name_is_a_400_naming_the_header(String project) throws Exception {
    JsonNode problem = problem(project(project), 400, "INVALID_REQUEST");

    assertThat(problem.get("errors").findValuesAsText("field")).containsExactly("Fanfold-Project");
  }

  @Test
  void a_long_project_is_a_400() throws Exception {
    problem(project("a".repeat(65)), 400, "INVALID_REQUEST");
  }

  @ParameterizedTest
  @CsvSource({"'',20", "?limit=1,1", "?limit=100,100", "?limit=007,7", "?other=9,20"})
  void a_whole_number_in_range_is_read(String query, int expected) throws Exception {
    assertThat(get("/page" + query).body()).isEqualTo(Integer.toString(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=2147483648",
        "limit=99999999999999999999",
        "limit=abc",
        "limit=",
        "limit",
        "limit=1.5",
        "limit=1e1",
        "limit=%2B1",
        "limit=+1",
        "limit=1%00",
        "limit=%D9%A1",
        "limit=1&limit=2",
      })
  void a_number_out_of_range_is_a_400_naming_the_parameter(String query) throws Exception {
    JsonNode problem = problem(get("/page?" + query), 400, "INVALID_REQUEST");

    assertThat(problem.get("errors").findValuesAsText("field")).containsExactly("limit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /things/%00 HTTP/1.1",
        "GET /things/%zz HTTP/1.1",
        "GET /things/%ED%A0%80 HTTP/1.1",
        "GET /things/%C0%AF HTTP/1.1",
        "GET /things/%2e%2e HTTP/1.1",
        "GET /things/..%2f..%2fetc HTTP/1.1",
        "GET /things/..;/x HTTP/1.1",
        "GET /../../etc/passwd HTTP/1.1",
        "GET //things HTTP/1.1",
        "GET /page?limit=%zz HTTP/1.1",
        "GET /page?limit=| HTTP/1.1",
        "GET /page?limit=%ff HTTP/1.1",
        "GET things HTTP/1.1",
        "GET /things/1 HTTP/9.9",
        "nonsense",
      })
  void a_request_target_that_makes_no_sense_is_no_500(String line) throws Exception {
    String answer = RawHttp.exchange(http.port(), "", line);

    assertThat(RawHttp.status(answer)).isBetween(200, 505).isNotIn(500, 501, 502, 503);
    if (RawHttp.status(answer) >= 400) {
      assertThat(answer).contains("application/problem+json").doesNotContain("<html");
    }
  }

  @Test
  void headers_that_disagree_about_the_body_are_a_400() throws Exception {
    String twoLengths =
        RawHttp.exchange(
            http.port(), "abcd", "POST /things HTTP/1.1", "Content-Length: 2", "Content-Length: 4");
    String lengthAndChunks =
        RawHttp.exchange(
            http.port(),
            "0\r\n\r\n",
            "POST /things HTTP/1.1",
            "Content-Length: 4",
            "Transfer-Encoding: chunked");
    String negative =
        RawHttp.exchange(http.port(), "abcd", "POST /things HTTP/1.1", "Content-Length: -1");

    assertThat(RawHttp.status(twoLengths)).isEqualTo(400);
    assertThat(RawHttp.status(lengthAndChunks)).isEqualTo(400);
    assertThat(RawHttp.status(negative)).isEqualTo(400);
  }

  @Test
  void a_head_of_64_kib_is_refused() throws Exception {
    String answer =
        RawHttp.exchange(http.port(), "", "GET /busy HTTP/1.1", "X-A: " + "a".repeat(65_536));

    assertThat(RawHttp.status(answer)).isEqualTo(431);
  }

  @Test
  void the_server_does_not_say_what_it_is() throws Exception {
    assertThat(get("/busy").headers().map()).doesNotContainKeys("server", "x-powered-by");
    assertThat(RawHttp.exchange(http.port(), "", "nonsense")).doesNotContainIgnoringCase("jetty");
  }

  @Test
  void requests_that_wait_when_the_service_stops_are_hung_up_on_or_may_be_sent_again()
      throws Exception {
    int requests = 20;
    var waits = new CountDownLatch(requests);
    var stopping =
        new HttpApi(
            "stopping",
            "127.0.0.1",
            0,
            MAX_BODY,
            telemetry,
            List.of(),
            config ->
                config.routes.post(
                    "/slow",
                    context -> {
                      context.future(CompletableFuture::new);
                      waits.countDown();
                    }));
    stopping.start();
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stopping.port() + "/slow"))
            .POST(BodyPublishers.ofString("{}"))
            .build();
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < requests; i++) {
      answers.add(client.sendAsync(request, BodyHandlers.ofString()));
    }
    assertThat(waits.await(20, TimeUnit.SECONDS)).isTrue();

    stopping.close();

    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      try {
        problem(answer.get(20, TimeUnit.SECONDS), 503, "UNAVAILABLE");
        assertThat(answer.get().headers().firstValue("Retry-After")).isPresent();
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(IOException.class);
      }
    }
  }

  private static HttpResponse<String> project(String project) throws Exception {
    return send(HttpRequest.newBuilder(uri("/project")).header("Fanfold-Project", project));
  }

  private static String requestId(String given) throws Exception {
    return send(HttpRequest.newBuilder(uri("/busy")).header("X-Request-ID", given))
        .headers()
        .firstValue("X-Request-ID")
        .orElseThrow();
  }

  private static JsonNode problem(HttpResponse<String> answer, int status, String code)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode body = Json.MAPPER.readTree(answer.body());
    assertThat(body.get("type").textValue()).isEqualTo("about:blank");
    assertThat(body.get("status").intValue()).isEqualTo(status);
    assertThat(body.get("code").textValue()).isEqualTo(code);
    assertThat(body.get("title").textValue()).isNotBlank();
    assertThat(body.get("detail").textValue()).isNotBlank();
    return body;
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + http.port() + path);
  }
}
