package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.Pipeline;
import io.fanfold.standalone.PipelineOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * DeepVA and ImageIntelligence have no clients to install: plain HTTP as their references say, real
 * pictures, real predictors, and a receiver of webhooks that checks their signatures.
 */
final class PictureDialectsIT {

  private static final Duration END = Duration.ofSeconds(90);
  private static final Path SAMPLES = Path.of("..", "samples").toAbsolutePath().normalize();
  private static final String SECRET = "a secret of receivers";
  private static final String[] KEY = {"Authorization", "Key any-key"};

  private record Post(String path, String nonce, String signature, String niro, byte[] body) {
    JsonNode json() {
      return parsed(new String(body, UTF_8));
    }
  }

  private static final List<Post> POSTS = new CopyOnWriteArrayList<>();

  private static DataDirectory directory;
  private static Pipeline pipeline;
  private static HttpServer receiver;
  private static HttpClient client;

  @BeforeAll
  static void start() throws Exception {
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          POSTS.add(
              new Post(
                  exchange.getRequestURI().getPath(),
                  headers.getFirst("x-deepva-nonce"),
                  headers.getFirst("x-deepva-signature"),
                  headers.getFirst("x-niro-signature"),
                  exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    directory = DataDirectory.ephemeral();
    pipeline =
        new Pipeline(
            directory,
            PipelineOptions.onFreePorts(List.of(SAMPLES))
                .withOverrides(
                    Map.of(
                        "webhook.allow.http", "true",
                        "webhook.ports", "*",
                        "webhook.allowed.cidrs", "127.0.0.1/32",
                        "deepva.keys", "studio:studio-key",
                        "deepva.webhook.secret", SECRET,
                        "deepva.storage.prefix", "file://" + SAMPLES + "/",
                        "imageintelligence.webhook.secret", SECRET)));
    pipeline.start();
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    directory.close();
    receiver.stop(0);
  }

  @Test
  void a_deepva_job_from_the_first_request_to_the_last_page() throws Exception {
    ObjectNode body = FanfoldHttp.JSON.createObjectNode();
    body.putArray("sources").add("storage://lower_third.jpg").add(sample("truncated.jpg"));
    ObjectNode modules = body.putObject("modules");
    modules.putObject("face_recognition").put("model", "celebrities");
    modules.putObject("object_scene_recognition").put("min_confidence", 45).put("language", 0);
    modules.putObject("lower_third_recognition");
    body.put("tag", "news");
    body.putObject("webhook").put("callback", hook("/deepva")).putArray("events");

    JsonNode created = json(201, post("/api/v1/jobs/", body, KEY));

    String id = created.get("id").asText();
    assertThat(created.get("state").asText()).isEqualTo("waiting");
    JsonNode job = ended("/api/v1/jobs/" + id, "state", KEY);
    assertThat(job.get("state").asText()).isEqualTo("completed");
    assertThat(job.get("progress").asDouble()).isEqualTo(1);
    assertThat(job.get("time_completed").asText())
        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    assertThat(job.get("sources").get(0).asText()).isEqualTo("storage://lower_third.jpg");
    assertThat(job.get("modules").get("face_recognition").get("state").asText())
        .isEqualTo("completed");
    assertThat(job.get("errors")).hasSize(1);
    assertThat(job.get("errors").get(0).asText()).contains("truncated.jpg: CORRUPT_INPUT");
    JsonNode found = job.get("result").get("summary").get(0).get("items");
    assertThat(found.findValuesAsText("label")).contains("Face", "EILEEN COLLINS");
    assertThat(found.findValuesAsText("type")).contains("face", "object", "lower_third");

    JsonNode all = json(200, get("/v1/jobs/" + id + "/detailed-results/?limit=99999", KEY));
    assertThat(all.get("total").asInt()).isEqualTo(all.get("data").size()).isGreaterThan(2);
    JsonNode face = all.get("data").get(0);
    assertThat(face.get("module").asText()).isEqualTo("face_recognition");
    JsonNode box = face.get("detections").get(0).get("data");
    assertThat(box.get("x").asDouble() + box.get("w").asDouble()).isBetween(0.0, 1.0);
    assertThat(box.get("h").asDouble()).isBetween(0.01, 1.0);
    assertThat(following("/v1/jobs/" + id + "/detailed-results/?limit=2"))
        .isEqualTo(all.get("data"));
    String summarized = path(job.get("result").get("summarized_link").asText());
    assertThat(json(200, get(summarized, KEY)).get("total").asInt()).isPositive();

    JsonNode files = json(200, get("/v1/jobs/" + id + "/artifacts/", KEY)).get("data");
    String file = files.get(0).get("id").asText();
    assertThat(files.findValuesAsText("filename")).contains("results.jsonl");
    HttpResponse<String> content = get("/v1/jobs/" + id + "/artifacts/" + file + "/file/", KEY);
    assertThat(content.statusCode()).isEqualTo(200);
    assertThat(content.body()).isNotBlank();

    assertThat(ids("/v1/jobs/?tag=news")).containsExactly(id);
    assertThat(ids("/v1/jobs/?search=news")).containsExactly(id);
    assertThat(ids("/v1/jobs/?search=" + id)).containsExactly(id);
    assertThat(ids("/v1/jobs/?tag=other")).isEmpty();
    String[] studio = {"Authorization", "Key studio-key"};
    assertThat(get("/v1/jobs/" + id, studio).statusCode()).isEqualTo(404);

    deepVaWebhooks(job);

    assertThat(send("DELETE", "/v1/jobs/" + id + "/", KEY).statusCode()).isEqualTo(204);
    await().atMost(END).until(() -> get("/v1/jobs/" + id, KEY).statusCode() == 404);
  }

  @Test
  void a_deepva_job_can_be_stopped() throws Exception {
    ObjectNode body = FanfoldHttp.JSON.createObjectNode();
    ArrayNode sources = body.putArray("sources");
    for (int i = 0; i < 900; i++) {
      sources.add(sample("lower_third.jpg"));
    }
    body.putObject("modules").putObject("text_recognition");
    String id = json(201, post("/v1/jobs", body, KEY)).get("id").asText();

    assertThat(send("POST", "/v1/jobs/" + id + "/stop/", KEY).statusCode()).isEqualTo(202);

    assertThat(ended("/v1/jobs/" + id, "state", KEY).get("state").asText()).isEqualTo("stopped");
  }

  @Test
  void deepva_says_what_is_wrong_and_leaves_the_native_api_alone() throws Exception {
    ObjectNode body = FanfoldHttp.JSON.createObjectNode();
    body.putArray("sources").add("https://www.youtube.com/watch?v=wxN1T1uxQ2g");
    body.putObject("modules").putObject("speech_recognition");

    JsonNode refusal = json(400, post("/v1/jobs/", body, KEY));

    assertThat(refusal.get("errors").findValuesAsText("field"))
        .containsExactly("sources[0]", "modules.speech_recognition");
    json(401, get("/api/v1/jobs/"));
    json(404, get("/v1/jobs/6b5195d6-cc05-4a99-a293-8d73be0aa37f", KEY));
    assertThat(json(200, get("/v1/jobs")).has("jobs")).isTrue();
  }

  @Test
  void an_imageintelligence_job_from_the_token_to_the_webhook() throws Exception {
    ObjectNode credentials = FanfoldHttp.JSON.createObjectNode();
    credentials.put("clientId", "69VYLJO2W9S53ARW45QYPABCX").put("clientSecret", "any");
    JsonNode token = json(200, post("/v2/oauth/token", credentials));
    assertThat(token.get("expiresAt").asLong()).isGreaterThan(token.get("issuedAt").asLong());
    String[] bearer = {"Authorization", "Bearer " + token.get("accessToken").asText()};
    ObjectNode body = FanfoldHttp.JSON.createObjectNode();
    ArrayNode images = body.putArray("images");
    images.addObject().put("url", sample("coffee.jpg")).put("customId", "a cup");
    images.addObject().put("url", sample("truncated.jpg"));
    images.addObject().put("url", sample("missing.jpg"));
    byte[] clock = Files.readAllBytes(SAMPLES.resolve("clock_motion.jpg"));
    images.addObject().put("blob", Base64.getEncoder().encodeToString(clock));
    body.putObject("target")
        .put("class", "cup")
        .put("customId", "the cup")
        .putArray("images")
        .add(sample("target_cup.jpg"));
    body.put("customId", "job 1").put("feedId", "camera 1").put("webhookUrl", hook("/niro"));

    JsonNode created = json(200, post("/v2/match", body, bearer));

    assertThat(created.get("status").asText()).isEqualTo("IN_PROGRESS");
    assertThat(created.get("imageResults").findValuesAsText("status")).containsOnly("IN_PROGRESS");
    String path = "/v2/match/" + created.get("id").asText();
    JsonNode job = ended(path, "status", bearer);
    assertThat(job.get("status").asText()).isEqualTo("COMPLETED_PARTIAL_ERROR");
    assertThat(job.get("imageResults").findValuesAsText("status"))
        .containsExactly(
            "COMPLETED_SUCCESSFULLY",
            "INVALID_IMAGE_FORMAT_ERROR",
            "IMAGE_DOWNLOAD_ERROR",
            "COMPLETED_SUCCESSFULLY");
    assertThat(job.get("imageResults").findValues("id"))
        .isEqualTo(created.get("imageResults").findValues("id"));
    JsonNode best = job.get("jobResults").get("image");
    assertThat(best.get("url").asText()).isEqualTo(sample("coffee.jpg"));
    assertThat(best.get("customId").asText()).isEqualTo("a cup");
    assertThat(best.get("id")).isEqualTo(job.get("imageResults").get(0).get("id"));

    long at = job.get("createdAt").asLong();
    for (String query :
        List.of("customId=job+1", "feedId=camera+1", "before=" + (at + 1) + "&after=" + (at - 1))) {
      assertThat(json(200, get("/v2/match?" + query, bearer))).as(query).containsExactly(job);
    }
    for (String query : List.of("customId=other", "after=" + at, "before=" + at)) {
      assertThat(json(200, get("/v2/match?" + query, bearer))).as(query).isEmpty();
    }
    json(401, get(path));

    await().atMost(END).until(() -> posts("/niro").size() == 1);
    Post posted = posts("/niro").get(0);
    assertThat(posted.json()).isEqualTo(job);
    assertThat(posted.niro()).isEqualTo("sha256=" + hmac("HmacSHA256", SECRET, posted.body()));
  }

  private static void deepVaWebhooks(JsonNode job) throws Exception {
    await().atMost(END).until(() -> posts("/deepva").size() >= 2);
    List<Post> posts = posts("/deepva");
    assertThat(posts.stream().map(post -> post.json().get("event").asText()))
        .containsExactlyInAnyOrder("on_started", "on_completed");
    for (Post post : posts) {
      assertThat(post.signature()).isEqualTo(hmac("HmacSHA512", SECRET, post.body()));
      assertThat(Long.parseLong(post.nonce())).isPositive();
      assertThat(post.json().get("timestamp").isNumber()).isTrue();
      JsonNode told = post.json().get("data").get("job");
      assertThat(told.get("id")).isEqualTo(job.get("id"));
      if (post.json().get("event").asText().equals("on_completed")) {
        assertThat(told).isEqualTo(job);
      }
    }
    assertThat(posts.stream().map(Post::nonce).distinct()).hasSize(posts.size());
  }

  /** All data, by way of the links. */
  private static ArrayNode following(String first) {
    ArrayNode all = FanfoldHttp.JSON.createArrayNode();
    String next = first;
    while (next != null) {
      JsonNode page = json(200, get(next, KEY));
      page.get("data").forEach(all::add);
      next = page.get("next").isNull() ? null : path(page.get("next").asText());
    }
    return all;
  }

  private static String path(String link) {
    assertThat(link).startsWith(pipeline.addresses().http());
    return link.substring(pipeline.addresses().http().length());
  }

  private static List<String> ids(String list) {
    var ids = new ArrayList<String>();
    json(200, get(list, KEY)).get("data").forEach(job -> ids.add(job.get("id").asText()));
    return ids;
  }

  private static JsonNode ended(String path, String field, String... headers) {
    await()
        .atMost(END)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                !List.of("waiting", "processing", "IN_PROGRESS")
                    .contains(json(200, get(path, headers)).get(field).asText()));
    return json(200, get(path, headers));
  }

  private static List<Post> posts(String path) {
    return POSTS.stream().filter(post -> post.path().equals(path)).toList();
  }

  private static String hook(String path) {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
  }

  private static String sample(String name) {
    return "file://" + SAMPLES.resolve(name);
  }

  private static String hmac(String algorithm, String secret, byte[] body) throws Exception {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
    return HexFormat.of().formatHex(mac.doFinal(body));
  }

  private static HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  private static HttpResponse<String> post(String path, JsonNode body, String... headers) {
    return send(request(path, headers).POST(BodyPublishers.ofString(body.toString())));
  }

  private static HttpResponse<String> send(String method, String path, String... headers) {
    return send(request(path, headers).method(method, BodyPublishers.noBody()));
  }

  private static HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(pipeline.addresses().http() + path))
            .timeout(Duration.ofSeconds(40));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(int status, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return parsed(response.body());
  }

  private static JsonNode parsed(String text) {
    try {
      return FanfoldHttp.JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
