package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.Pipeline;
import io.fanfold.standalone.PipelineOptions;
import io.fanfold.worker.signal.LabelledSample;
import io.fanfold.worker.signal.SignalSample;
import io.fanfold.worker.signal.SignalTrainer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edge Impulse's own client against a pipeline with a model that was trained here. */
final class EdgeImpulseDialectIT {

  private static final Duration END = Duration.ofSeconds(30);
  private static final Path SIGNALS = Path.of("..", "samples", "signals").toAbsolutePath();

  @TempDir private static Path models;

  private static DataDirectory directory;
  private static Pipeline pipeline;
  private static FanfoldHttp http;

  @BeforeAll
  static void start() throws Exception {
    Path model = models.toRealPath().resolve("motion.json");
    train(model);
    directory = DataDirectory.ephemeral();
    pipeline =
        new Pipeline(
            directory,
            PipelineOptions.onFreePorts(List.of(models.toRealPath()))
                .withOverrides(Map.of("edgeimpulse.models", "*/*=" + model.toUri())));
    pipeline.start();
    http = new FanfoldHttp(pipeline.addresses().http());
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    directory.close();
  }

  @Test
  void the_client_from_npm_carries_on() throws Exception {
    NodeClients.require();

    String printed =
        NodeClients.run(
            "edge-impulse.js",
            Map.of("FANFOLD_URL", http.base(), "SIGNALS", SIGNALS.resolve("testing").toString()));

    System.out.println(printed);
    assertThat(printed).endsWith("done\n");
  }

  @Test
  void jobs_of_the_studio_are_seen_by_the_native_api_and_its_errors_keep_to_its_form() {
    String key = "ei_7";
    var uploaded =
        http.post(
            "/api/testing/data",
            "text/csv",
            ramp().getBytes(UTF_8),
            "x-api-key",
            key,
            "x-file-name",
            "idle.ramp.csv");
    assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);
    var started =
        http.post(
            "/v1/api/7/jobs/classify", "application/json", "{}".getBytes(UTF_8), "x-api-key", key);
    assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
    await().atMost(END).until(() -> jobs().size() == 1);
    JsonNode jobs = jobs();
    assertThat(jobs.get(0).at("/dialect/name").asText()).isEqualTo("edgeimpulse");
    assertThat(jobs.get(0).get("customId").asText()).isEqualTo("1/float32");

    var refused = http.get("/v1/api/7/jobs/all?limit=0", "x-api-key", key);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .isEqualTo("{\"success\":false,\"error\":\"limit must be 1 to 1000\"}");
    assertThat(http.get("/v1/api/7/jobs", "x-api-key", "wrong").statusCode()).isEqualTo(401);
    assertThat(http.get("/v1/api/7/socket-token", "x-jwt-token", "any").body())
        .contains("socketToken");
  }

  @Test
  void a_socket_needs_a_token_and_answers_pings() throws Exception {
    var stranger = new Listener();
    socket("made-up", stranger);
    assertThat(stranger.received.poll(20, TimeUnit.SECONDS)).isEqualTo("closed 1008");

    String token =
        FanfoldHttp.json(http.get("/v1/api/7/socket-token", "x-api-key", "ei_7"))
            .at("/token/socketToken")
            .asText();
    var listener = new Listener();
    WebSocket socket = socket(token, listener);
    assertThat(listener.received.poll(20, TimeUnit.SECONDS)).startsWith("0{\"sid\"");
    assertThat(listener.received.poll(20, TimeUnit.SECONDS)).isEqualTo("40");
    assertThat(listener.received.poll(20, TimeUnit.SECONDS)).startsWith("42[\"hello\"");
    socket.sendText("2", true).get(20, TimeUnit.SECONDS);
    assertThat(listener.received.poll(20, TimeUnit.SECONDS)).isEqualTo("3");
    socket.abort();
  }

  private static WebSocket socket(String token, Listener listener) throws Exception {
    String uri = http.base().replace("http", "ws") + "/socket.io/?EIO=3&transport=websocket&token=";
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(URI.create(uri + token), listener)
        .get(20, TimeUnit.SECONDS);
  }

  /** Notes what comes. */
  private static final class Listener implements WebSocket.Listener {
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      received.add(data.toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      received.add("closed " + status);
      return null;
    }
  }

  private static JsonNode jobs() {
    return FanfoldHttp.json(http.get("/v1/jobs", "Fanfold-Project", "7")).get("jobs");
  }

  private static void train(Path model) throws Exception {
    var samples = new ArrayList<LabelledSample>();
    try (Stream<Path> files = Files.list(SIGNALS.resolve("training"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        samples.add(
            new LabelledSample(
                name,
                name.split("\\.")[0],
                SignalSample.read(Files.readAllBytes(file), "application/json")));
      }
    }
    Files.write(model, new SignalTrainer(2_000, 500, 1).train(samples).toBytes());
  }

  /** Ten seconds of three axes at 62.5 Hz that never come back. */
  private static String ramp() {
    var csv = new StringBuilder("timestamp,accX,accY,accZ\n");
    for (int i = 0; i < 625; i++) {
      csv.append(i * 16).append(',').append(i).append(",0,9.81\n");
    }
    return csv.toString();
  }
}
