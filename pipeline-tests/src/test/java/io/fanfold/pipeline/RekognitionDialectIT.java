package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.standalone.DataDirectory;
import io.fanfold.standalone.Pipeline;
import io.fanfold.standalone.PipelineOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rekognition.RekognitionClient;
import software.amazon.awssdk.services.rekognition.model.GetMediaAnalysisJobResponse;
import software.amazon.awssdk.services.rekognition.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.rekognition.model.InvalidPaginationTokenException;
import software.amazon.awssdk.services.rekognition.model.InvalidParameterException;
import software.amazon.awssdk.services.rekognition.model.MediaAnalysisJobDescription;
import software.amazon.awssdk.services.rekognition.model.MediaAnalysisJobFailureCode;
import software.amazon.awssdk.services.rekognition.model.MediaAnalysisJobStatus;
import software.amazon.awssdk.services.rekognition.model.RekognitionException;
import software.amazon.awssdk.services.rekognition.model.ResourceNotFoundException;
import software.amazon.awssdk.services.rekognition.model.S3Object;
import software.amazon.awssdk.services.rekognition.model.StartMediaAnalysisJobRequest;

/**
 * Amazon's own clients before the Rekognition dialect, with real pictures and models, and with
 * signatures that are checked.
 */
final class RekognitionDialectIT {

  private static final Duration END = Duration.ofSeconds(60);
  private static final Path SAMPLES = Path.of("..", "samples");
  private static final String KEY_ID = "AKIATEAM";
  private static final String SECRET = "team/secret+1";
  private static final String BUCKET = "pictures";

  @TempDir static Path s3;

  private static DataDirectory directory;
  private static Pipeline pipeline;
  private static FanfoldHttp http;
  private static RekognitionClient client;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.ephemeral();
    bucket();
    pipeline =
        new Pipeline(
            directory,
            PipelineOptions.onFreePorts(List.of())
                .withOverrides(
                    Map.of(
                        "s3.root",
                        s3.toRealPath().toString(),
                        "dialects.open",
                        "false",
                        "rekognition.keys",
                        "team:%s:%s,other:AKIAOTHER:x".formatted(KEY_ID, SECRET))));
    pipeline.start();
    http = new FanfoldHttp(pipeline.addresses().http());
    client = client(KEY_ID, SECRET);
  }

  @AfterAll
  static void stop() {
    client.close();
    pipeline.close();
    directory.close();
  }

  @Test
  void a_manifest_of_pictures_becomes_results_in_the_bucket() throws Exception {
    Instant before = Instant.now().minusSeconds(1);
    String id = client.startMediaAnalysisJob(request("in.jsonl").build()).jobId();

    GetMediaAnalysisJobResponse job = awaitEnd(id);

    assertThat(job.status()).as(job.toString()).isEqualTo(MediaAnalysisJobStatus.SUCCEEDED);
    assertThat(job.jobId()).isEqualTo(id);
    assertThat(job.jobName()).isEqualTo("november");
    assertThat(job.operationsConfig().detectModerationLabels().minConfidence()).isEqualTo(0.5f);
    assertThat(job.input().s3Object().bucket()).isEqualTo(BUCKET);
    assertThat(job.input().s3Object().name()).isEqualTo("in.jsonl");
    assertThat(job.outputConfig().s3Bucket()).isEqualTo(BUCKET);
    assertThat(job.outputConfig().s3KeyPrefix()).isEqualTo("out/");
    assertThat(job.kmsKeyId()).isEqualTo("key-1");
    assertThat(job.creationTimestamp()).isBetween(before, Instant.now());
    assertThat(job.completionTimestamp()).isBetween(job.creationTimestamp(), Instant.now());
    assertThat(job.failureDetails()).isNull();
    assertThat(job.results().modelVersions().moderation()).isEqualTo("4.3.0");

    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file(job.results().s3Object()))) {
      lines.add(FanfoldHttp.JSON.readTree(line));
    }
    assertThat(lines)
        .extracting(line -> line.path("source-ref").asText())
        .containsExactly(
            "s3://pictures/coffee.jpg", "s3://pictures/chelsea.jpg", "s3://pictures/coffee.jpg");
    JsonNode answer = lines.get(0).path("detect-moderation-labels");
    assertThat(answer.path("ModerationModelVersion").asText()).isEqualTo("4.3.0");
    assertThat(answer.path("ModerationLabels").isArray()).isTrue();
    JsonNode summary =
        FanfoldHttp.JSON.readTree(Files.readString(file(job.manifestSummary().s3Object())));
    assertThat(summary.path("statistics").path("total-json-lines").asInt()).isEqualTo(6);
    assertThat(summary.path("statistics").path("valid-json-lines").asInt()).isEqualTo(3);
    assertThat(summary.path("statistics").path("invalid-json-lines").asInt()).isEqualTo(3);
    assertThat(summary.path("errors").findValuesAsText("line-number"))
        .containsExactly("4", "5", "6");
    assertThat(summary.path("errors").findValuesAsText("code"))
        .containsExactly("CORRUPT_INPUT", "NOT_FOUND", "INVALID_ITEM");

    JsonNode natively = FanfoldHttp.json(http.get("/v1/jobs/" + id, "Fanfold-Project", "team"));
    assertThat(natively.path("dialect").path("name").asText()).isEqualTo("rekognition");
    assertThat(natively.path("counts").path("succeeded").asInt()).isEqualTo(3);
  }

  @Test
  void labels_are_in_percent_below_their_parents() throws Exception {
    StartMediaAnalysisJobRequest.Builder request = request("one.jsonl");
    request.operationsConfig(
        config -> config.detectModerationLabels(labels -> labels.minConfidence(0f)));
    GetMediaAnalysisJobResponse job =
        awaitEnd(client.startMediaAnalysisJob(request.build()).jobId());

    JsonNode labels =
        FanfoldHttp.JSON
            .readTree(Files.readString(file(job.results().s3Object())))
            .at("/detect-moderation-labels/ModerationLabels");

    assertThat(labels.findValuesAsText("Name"))
        .containsExactlyInAnyOrder("Explicit", "Porn", "Hentai", "Suggestive", "Sexy");
    for (JsonNode label : labels) {
      boolean top = label.path("TaxonomyLevel").asInt() == 1;
      assertThat(label.path("ParentName").asText().isEmpty()).isEqualTo(top);
      assertThat(label.path("Confidence").asDouble()).isBetween(0.0, 2.0);
    }
  }

  @Test
  void the_same_token_is_the_same_job_and_other_parameters_are_a_mismatch() {
    StartMediaAnalysisJobRequest request =
        request("one.jsonl").clientRequestToken("token-" + System.nanoTime()).build();
    String id = client.startMediaAnalysisJob(request).jobId();

    assertThat(client.startMediaAnalysisJob(request).jobId()).isEqualTo(id);
    StartMediaAnalysisJobRequest other = request.toBuilder().jobName("another").build();
    assertThatThrownBy(() -> client.startMediaAnalysisJob(other))
        .isInstanceOf(IdempotentParameterMismatchException.class);
  }

  @Test
  void jobs_are_listed_by_pages_and_each_project_sees_its_own() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      ids.add(client.startMediaAnalysisJob(request("one.jsonl").build()).jobId());
    }
    ids.forEach(RekognitionDialectIT::awaitEnd);

    List<MediaAnalysisJobDescription> jobs =
        client.listMediaAnalysisJobsPaginator(list -> list.maxResults(2)).stream()
            .flatMap(page -> page.mediaAnalysisJobs().stream())
            .toList();

    assertThat(jobs).extracting(MediaAnalysisJobDescription::jobId).doesNotHaveDuplicates();
    assertThat(jobs).extracting(MediaAnalysisJobDescription::jobId).containsAll(ids);
    assertThat(jobs)
        .filteredOn(job -> ids.contains(job.jobId()))
        .allSatisfy(
            job -> {
              assertThat(job.status()).isEqualTo(MediaAnalysisJobStatus.SUCCEEDED);
              assertThat(job.results().s3Object().name()).contains(job.jobId());
              assertThat(job.manifestSummary().s3Object().bucket()).isEqualTo(BUCKET);
            });
    assertThatThrownBy(() -> client.listMediaAnalysisJobs(list -> list.nextToken("made-up")))
        .isInstanceOf(InvalidPaginationTokenException.class);
    try (RekognitionClient other = client("AKIAOTHER", "x")) {
      assertThat(other.listMediaAnalysisJobs(list -> {}).mediaAnalysisJobs()).isEmpty();
      String id = ids.iterator().next();
      assertThatThrownBy(() -> other.getMediaAnalysisJob(get -> get.jobId(id)))
          .isInstanceOf(ResourceNotFoundException.class);
    }
  }

  @Test
  void a_manifest_that_is_not_there_fails_the_job() {
    String id = client.startMediaAnalysisJob(request("nowhere.jsonl").build()).jobId();

    GetMediaAnalysisJobResponse job = awaitEnd(id);

    assertThat(job.status()).isEqualTo(MediaAnalysisJobStatus.FAILED);
    assertThat(job.failureDetails().code())
        .isEqualTo(MediaAnalysisJobFailureCode.INVALID_S3_OBJECT);
    assertThat(job.failureDetails().message()).isNotBlank();
    assertThat(job.results()).isNull();
  }

  @Test
  void results_that_cannot_be_written_fail_the_job() {
    StartMediaAnalysisJobRequest.Builder request = request("one.jsonl");
    request.outputConfig(output -> output.s3Bucket(BUCKET).s3KeyPrefix("a//b"));
    String id = client.startMediaAnalysisJob(request.build()).jobId();

    GetMediaAnalysisJobResponse job = awaitEnd(id);

    assertThat(job.status()).isEqualTo(MediaAnalysisJobStatus.FAILED);
    assertThat(job.failureDetails().code())
        .isEqualTo(MediaAnalysisJobFailureCode.INVALID_OUTPUT_CONFIG);
  }

  @Test
  void errors_are_the_exceptions_that_the_sdk_has() {
    assertThatThrownBy(() -> client.getMediaAnalysisJob(get -> get.jobId("12345")))
        .isInstanceOf(ResourceNotFoundException.class)
        .satisfies(e -> assertThat(((RekognitionException) e).requestId()).isNotBlank());
    assertThatThrownBy(() -> client.getMediaAnalysisJob(get -> get.jobId("a/b")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("JobId must match");
    assertThatThrownBy(
            () -> client.startMediaAnalysisJob(request("one.jsonl").jobName("not a name").build()))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("JobName");
    assertThatThrownBy(() -> client.detectFaces(faces -> {}))
        .isInstanceOf(RekognitionException.class)
        .satisfies(
            e -> assertThat(code((RekognitionException) e)).isEqualTo("UnknownOperationException"));
  }

  @Test
  void a_wrong_secret_or_an_unknown_key_is_refused() {
    assertThat(refusal("AKIANOBODY", SECRET)).isEqualTo("UnrecognizedClientException");
    assertThat(refusal(KEY_ID, "guess")).isEqualTo("InvalidSignatureException");
  }

  @Test
  void the_npm_client_starts_polls_lists_and_is_refused() throws Exception {
    NodeClients.require();

    String printed =
        NodeClients.run(
            "rekognition.js",
            Map.of(
                "FANFOLD_URL",
                http.base(),
                "FANFOLD_KEY_ID",
                KEY_ID,
                "FANFOLD_SECRET",
                SECRET,
                "FANFOLD_BUCKET",
                BUCKET,
                "FANFOLD_S3_ROOT",
                s3.toRealPath().toString()));

    assertThat(printed).contains("SUCCEEDED");
  }

  private static String refusal(String keyId, String secret) {
    try (RekognitionClient stranger = client(keyId, secret)) {
      return code(
          catchThrowableOfType(
              RekognitionException.class, () -> stranger.listMediaAnalysisJobs(list -> {})));
    }
  }

  private static String code(RekognitionException e) {
    return e.awsErrorDetails().errorCode();
  }

  private static GetMediaAnalysisJobResponse awaitEnd(String id) {
    await()
        .atMost(END)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> client.getMediaAnalysisJob(get -> get.jobId(id)).completionTimestamp() != null);
    return client.getMediaAnalysisJob(get -> get.jobId(id));
  }

  private static StartMediaAnalysisJobRequest.Builder request(String manifest) {
    return StartMediaAnalysisJobRequest.builder()
        .jobName("november")
        .operationsConfig(
            config -> config.detectModerationLabels(labels -> labels.minConfidence(0.5f)))
        .input(input -> input.s3Object(object -> object.bucket(BUCKET).name(manifest)))
        .outputConfig(output -> output.s3Bucket(BUCKET).s3KeyPrefix("out/"))
        .kmsKeyId("key-1");
  }

  private static RekognitionClient client(String keyId, String secret) {
    return RekognitionClient.builder()
        .endpointOverride(URI.create(http.base()))
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(keyId, secret)))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /** A directory that stands for a bucket. */
  private static void bucket() throws IOException {
    Path bucket = Files.createDirectory(s3.resolve(BUCKET));
    for (String name : List.of("coffee.jpg", "chelsea.jpg", "truncated.jpg")) {
      Files.copy(SAMPLES.resolve(name), bucket.resolve(name));
    }
    Files.write(
        bucket.resolve("in.jsonl"),
        List.of(
            line("coffee.jpg"),
            line("chelsea.jpg"),
            line("coffee.jpg"),
            line("truncated.jpg"),
            line("missing.jpg"),
            "{\"source-ref\": "));
    Files.write(bucket.resolve("one.jsonl"), List.of(line("coffee.jpg")));
  }

  private static String line(String name) {
    return "{\"source-ref\": \"s3://" + BUCKET + "/" + name + "\"}";
  }

  private static Path file(S3Object object) {
    return s3.resolve(object.bucket()).resolve(object.name());
  }
}
