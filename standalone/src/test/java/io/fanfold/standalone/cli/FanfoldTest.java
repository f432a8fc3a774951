package io.fanfold.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.RunningInstance.Addresses;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FanfoldTest {
  private static final String FEATURES =
      """
      {"features":[{"name":"ObjectDetection","description":"Finds things","model":"ssd",\
      "modelVersion":"1","mediaTypes":["image/jpeg"],"parameters":[\
      {"name":"threshold","type":"NUMBER","description":"least confidence","required":false,\
      "defaultValue":"0.4","minimum":0,"maximum":1},\
      {"name":"classes","type":"STRINGS","description":"only these","required":false}]}]}""";

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private FakeServer server;

  @BeforeEach
  void startServer() throws Exception {
    server = new FakeServer();
    environment.put("FANFOLD_URL", server.url());
    environment.put("XDG_DATA_HOME", directory.resolve("data").toString());
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void noCommandIsAUsageError() {
    assertThat(run()).isEqualTo(2);
    assertThat(err()).startsWith("fanfold: a command is needed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "submit",
        "jobs",
        "job",
        "items",
        "batches",
        "artifacts",
        "cancel",
        "retry",
        "delete",
        "features",
        "train"
      })
  void everyCommandHasHelp(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out()).contains("Usage: fanfold " + command).contains("--json");
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(run("--version")).isZero();
    assertThat(out()).startsWith("fanfold ").hasLineCount(1);
  }

  @Test
  void theExitCodesAreInTheHelp() {
    run("--help");
    assertThat(out()).contains("Exit codes:").contains("no server answered");
  }

  @Test
  void directoriesBecomeTheirFilesInOrderAndUrlsStay() throws Exception {
    Files.createDirectories(directory.resolve("pictures/deeper"));
    for (String name : List.of("b.jpg", "a.jpg", ".hidden", "deeper/c.jpg")) {
      Files.writeString(directory.resolve("pictures").resolve(name), "x");
    }
    server.on("POST /v1/jobs", 202, job("QUEUED", 0));

    assertThat(run("submit", "pictures", "https://example.org/d.jpg", "-f", "ObjectDetection"))
        .isZero();

    Path pictures = directory.resolve("pictures");
    assertThat(submittedUris())
        .containsExactly(
            pictures.resolve("a.jpg").toUri().toString(),
            pictures.resolve("b.jpg").toUri().toString(),
            "https://example.org/d.jpg");
    assertThat(out()).isEqualTo("job 42 accepted, 3 items\n");
    assertThat(err()).contains("fanfold job 42 --watch");

    run("submit", "--recursive", "pictures", "-f", "ObjectDetection");
    assertThat(submittedUris()).contains(pictures.resolve("deeper/c.jpg").toUri().toString());
  }

  @Test
  void allThatIsSaidOfAJobIsSent() throws Exception {
    server.on("GET /v1/features", 200, FEATURES).on("POST /v1/jobs", 202, job("QUEUED", 0));
    environment.put("FANFOLD_WEBHOOK_SECRET", "whsec_abc");

    int code =
        run(
            "submit",
            "https://example.org/a.jpg",
            "--features=ObjectDetection,FaceDetection",
            "--param=ObjectDetection.threshold=0.5",
            "--param=ObjectDetection.classes=Cat,Dog",
            "--name=cats",
            "--custom-id=c1",
            "--tag=t",
            "--batch-size=7",
            "--webhook-url=https://example.org/hook",
            "--project=blue");

    assertThat(code).isZero();
    var request = server.requests().get(1);
    assertThat(request.project()).isEqualTo("blue");
    assertThat(new ObjectMapper().readTree(request.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"items":[{"uri":"https://example.org/a.jpg"}],
                     "features":[{"name":"ObjectDetection",
                                  "parameters":{"threshold":0.5,"classes":["Cat","Dog"]}},
                                 {"name":"FaceDetection"}],
                     "name":"cats","customId":"c1","tag":"t","batchSize":7,
                     "webhook":{"url":"https://example.org/hook","secret":"whsec_abc"}}"""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit",
        "submit a.jpg",
        "submit missing.jpg -f X",
        "submit https://example.org/a -f X --param nonsense",
        "submit https://example.org/a -f X --param Y.a=1",
        "submit https://example.org/a -f ObjectDetection --param ObjectDetection.threshold=high",
        "submit https://example.org/a -f X --webhook-secret whsec_x",
        "submit -f X",
        "submit https://example.org/a -f X --manifest s3://bucket/list",
        "submit https://example.org/a -f X --manifest-format LIST",
        "submit -f X --manifest missing.jsonl",
        "submit -f X --manifest s3://bucket/list --manifest-format CSV",
        "submit https://example.org/a -f X --deadline tomorrow",
        "submit https://example.org/a -f X --metadata nonsense",
        "job",
        "job abc",
        "items 1 --limit 0",
        "items 1 --failed --outcome failed",
        "items 1 --outcome odd",
        "items 1 --batch first",
        "jobs --offset -1",
        "jobs --offset 5 --cursor abc",
        "jobs --status DONE",
        "jobs --created-after 2026-13-01",
        "batches 1 --offset 5",
        "artifacts 1 -o file",
        "artifacts 1 results.jsonl -o missing/file",
        "cancel",
        "delete abc",
        "retry",
        "jobs --url ftp://x",
        "nonsense",
        "up --http-port 70000",
        "up --ephemeral --data-dir x",
        "up --file-root missing",
        "up --s3-root missing",
        "train",
        "train missing",
        "train . --window-ms 0",
        "train . --step-ms -1",
        "train . --test-split 1",
        "train . --seed x",
        "train . --out missing/model.json",
        "train ."
      })
  void aWrongCommandLineIsTwoAndOneLineAndAHint(String line) {
    server.on("GET /v1/features", 200, FEATURES);
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err()).startsWith("fanfold: ");
    assertThat(err().lines().count()).isLessThanOrEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(server.requests()).noneMatch(request -> request.method().equals("POST"));
  }

  @Test
  void watchingFollowsTheJobWithALinePerChangeWhereNobodyWatches() {
    server.on(
        "GET /v1/jobs/42",
        200,
        job("QUEUED", 0),
        job("RUNNING", 4),
        job("RUNNING", 4),
        job("COMPLETED", 10));
    assertThat(run("job", "42", "--watch")).isZero();
    assertThat(err().lines())
        .containsSubsequence(
            "QUEUED 0 %, 0 of 10 items",
            "RUNNING 40 %, 4 of 10 items, 1 failed", "COMPLETED 100 %, 10 of 10 items, 1 failed")
        .doesNotHaveDuplicates();
    assertThat(err()).doesNotContain("\r");
    assertThat(out()).contains("status     COMPLETED, PARTIAL").contains("CORRUPT_INPUT 1");
  }

  @Test
  void watchingDrawsABarOnATerminal() {
    server.on("GET /v1/jobs/42", 200, job("RUNNING", 4), job("COMPLETED", 10));
    assertThat(Fanfold.run(terminal(true), "job", "42", "--watch")).isZero();
    assertThat(err()).contains("\r[############..................] RUNNING 40 %");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FAILED", "CANCELED", "EXPIRED"})
  void watchingAJobThatDoesNotCompleteIsAFailure(String status) {
    server.on("GET /v1/jobs/42", 200, job(status, 10));
    assertThat(run("job", "42", "--watch")).isEqualTo(1);
    assertThat(run("job", "42")).isZero();
  }

  @Test
  void jsonIsOneLineAsTheServerSentIt() throws Exception {
    server.on("GET /v1/jobs/42", 200, job("RUNNING", 4), job("COMPLETED", 10));
    assertThat(run("job", "42", "--watch", "--json")).isZero();
    assertThat(out()).hasLineCount(1);
    assertThat(new ObjectMapper().readTree(out()))
        .isEqualTo(new ObjectMapper().readTree(job("COMPLETED", 10)));
  }

  @Test
  void jobsAreATable() {
    server.on(
        "GET /v1/jobs?limit=1&offset=0",
        200,
        "{\"jobs\":[" + job("COMPLETED", 10) + "],\"limit\":1,\"offset\":0,\"hasMore\":true}");
    assertThat(run("jobs", "--limit", "1")).isZero();
    assertThat(out().lines()).hasSize(2);
    assertThat(out().lines().skip(1).findFirst().orElseThrow())
        .containsSubsequence(
            "42", "COMPLETED", "PARTIAL", "10", "1", "2026-01-02T03:04:05Z", "cats");
    assertThat(err()).contains("fanfold jobs --offset 1");
  }

  @Test
  void itemsShowWhatWasFoundOrWhyTheyFailed() {
    server.on(
        "GET /v1/jobs/42/items?limit=100&offset=0",
        200,
        """
        {"items":[
          {"index":0,"uri":"%s","customId":null,"outcome":"SUCCEEDED","failure":null,"attempts":1,
           "predictions":[
             {"feature":"ObjectDetection","label":"Cat","confidence":0.864,
              "box":{"xMin":0.1,"yMin":0.2,"xMax":0.3,"yMax":0.4}},
             {"feature":"TextDetection","text":"evil\\u001b[31m text","confidence":0.97}]},
          {"index":1,"uri":"https://example.org/b.jpg","customId":"b","outcome":"FAILED","attempts":3,
           "failure":{"code":"DOWNLOAD_FAILED","message":"404","feature":null},"predictions":[]}],
         "total":5,"limit":100,"offset":0}"""
            .formatted(directory.resolve("a.jpg").toUri()));
    assertThat(run("items", "42")).isZero();
    assertThat(out().lines())
        .containsExactly(
            "   #0  SUCCEEDED  a.jpg",
            "       ObjectDetection   Cat  0.86  at 0.10,0.20-0.30,0.40",
            "       TextDetection     \"evil\uFFFD[31m text\"  0.97",
            "   #1  FAILED     https://example.org/b.jpg  [b]  DOWNLOAD_FAILED: 404  (3 attempts)");
    assertThat(err()).contains("2 of 5; more: fanfold items 42 --offset 2");
  }

  @Test
  void onlyFailedItemsAreAskedForAsSuch() {
    server.on(
        "GET /v1/jobs/42/items?limit=5&offset=10&outcome=failed",
        200,
        "{\"items\":[],\"total\":0,\"limit\":5,\"offset\":10}");
    assertThat(run("items", "42", "--failed", "--limit", "5", "--offset", "10")).isZero();
    assertThat(err()).isEqualTo("no failed items\n");
  }

  @Test
  void featuresAreListedWithTheirParameters() {
    server.on("GET /v1/features", 200, FEATURES);
    assertThat(run("features")).isZero();
    assertThat(out())
        .contains("ObjectDetection  Finds things (ssd 1)")
        .contains("threshold: least confidence (number, from 0 to 1, default 0.4)");
  }

  @Test
  void aRefusalIsOneWithTheServersReasons() {
    String problem =
        """
        {"type":"about:blank","title":"The request is not valid","status":400,\
        "code":"INVALID_REQUEST","detail":"items[0].uri is no URI (and 1 more)",\
        "errors":[{"field":"items[0].uri","message":"is no URI"},\
        {"field":"features","message":"must not be empty"}]}""";
    server.on("POST /v1/jobs", 400, problem);
    assertThat(run("submit", "data:y", "-f", "X", "--json")).isEqualTo(1);
    assertThat(out()).isEqualTo(problem + "\n");
    assertThat(err()).contains("items[0].uri: is no URI").contains("features: must not be empty");
  }

  @Test
  void aServerThatIsNoneOfOursIsOne() {
    assertThat(run("jobs")).isEqualTo(1);
    assertThat(err()).contains("answered 404 and not as a Fanfold server does");
  }

  @Test
  void aReadIsRepeatedWhenTheServerAsksForIt() {
    server
        .on("GET /v1/jobs/42", 503, "{\"title\":\"Not able to answer right now\"}")
        .on("GET /v1/jobs/42", 200, job("RUNNING", 4));
    assertThat(run("job", "42")).isZero();
  }

  @Test
  void noServerIsThree() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    assertThat(run("jobs", "--url", "http://127.0.0.1:" + port)).isEqualTo(3);
    assertThat(err()).contains("127.0.0.1:" + port).contains("fanfold up");
  }

  @Test
  void theServerIsFoundThroughTheDataDirectory() throws Exception {
    environment.remove("FANFOLD_URL");
    server.on("GET /v1/features", 200, FEATURES);
    try (var data = DataDirectory.open(DataDirectory.defaultPath(environment))) {
      data.publish(new Addresses(server.url(), "", ""));
      assertThat(run("features")).isZero();
    }
  }

  @Test
  void aSecondStartIsFourAndSaysWhereTheFirstIs() throws Exception {
    Path data = directory.resolve("taken");
    try (var first = DataDirectory.open(data)) {
      first.publish(new Addresses("http://127.0.0.1:8080", "", ""));
      assertThat(run("up", "--data-dir", data.toString())).isEqualTo(4);
    }
    assertThat(err())
        .contains("fanfold: already running (pid ")
        .contains("http://127.0.0.1:8080")
        .hasLineCount(2);
  }

  @Test
  void aTakenPortIsFourAndNamesIt() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(socket.getLocalPort());
      assertThat(run("up", "--json", "--ephemeral", "--http-port", port)).isEqualTo(4);
      assertThat(err())
          .contains("fanfold: port " + port + " on 127.0.0.1 is taken")
          .hasLineCount(1);
    }
  }

  @Test
  void anOverrideThatNoServiceKnowsIsFour() {
    assertThat(run("up", "--json", "--ephemeral", "--set", "no.such.key=1")).isEqualTo(4);
    assertThat(err()).isEqualTo("fanfold: no service knows the configuration key no.such.key\n");
  }

  private int run(String... args) {
    return Fanfold.run(terminal(false), args);
  }

  private Terminal terminal(boolean interactive) {
    return new Terminal(print(out), print(err), interactive, environment, directory);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private List<String> submittedUris() throws Exception {
    var requests = server.requests();
    var uris = new ArrayList<String>();
    new ObjectMapper()
        .readTree(requests.get(requests.size() - 1).body())
        .path("items")
        .forEach(item -> uris.add(item.path("uri").asText()));
    return uris;
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** A job of ten items, so many of which are done; one of those failed. */
  private static String job(String status, int done) {
    int failed = Math.min(1, done);
    return """
        {"id":42,"project":"default","status":"%s","outcome":"%s","sequence":3,\
        "counts":{"total":10,"succeeded":%d,"failed":%d,"canceled":0,"pending":%d,\
        "failedByCode":{"CORRUPT_INPUT":%d}},"progress":%s,"batchSize":5,\
        "batches":{"total":2,"running":0,"completed":2,"failed":0},\
        "features":[{"name":"ObjectDetection","parameters":{}}],"name":"cats","customId":null,\
        "webhook":null,"failure":null,"createdAt":"2026-01-02T03:04:05.678Z","endedAt":null,\
        "durationMs":null}"""
        .formatted(
            status,
            status.equals("COMPLETED") ? "PARTIAL" : "NONE",
            done - failed,
            failed,
            10 - done,
            failed,
            done / 10.0);
  }
}
