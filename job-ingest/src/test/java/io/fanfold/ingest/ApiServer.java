package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.assets.AssetsApi;
import io.fanfold.ingest.assets.RegisteredAssets;
import io.fanfold.ingest.files.FilesApi;
import io.fanfold.ingest.files.RegisteredFiles;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.LoopThread;
import io.fanfold.kit.RecordSender;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The native API on a real port, before Kafka's own mock of a producer. */
final class ApiServer implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123Z");
  static final Duration PATIENCE = Duration.ofSeconds(2);
  static final int MAX_BODY = 512 * 1024;

  final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  final AtomicReference<JavalinConfig> javalin = new AtomicReference<>();
  final FakeReader admissions = new FakeReader(Topics.ADMISSIONS.name());
  final FakeReader files = new FakeReader(Topics.FILES.name());
  final FakeReader assets = new FakeReader(Topics.ASSETS.name());
  final FakeReader usages = new FakeReader(Topics.PROJECT_USAGE.name());
  private final List<LoopThread> readers;
  private final DialectRoutes dialects;
  private final LookupProxy proxy;
  private final WebhookProxy webhooks;
  private final Telemetry telemetry = new Telemetry();
  private final AvroCodec codec;
  private final HttpApi http;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ApiServer(AvroCodec codec, String lookupUrl, FeatureOffer... announced) {
    this.codec = codec;
    var clock = Clock.fixed(NOW, ZoneOffset.UTC);
    // The offers come from a codec of their own: the one at hand may be broken on purpose.
    var ids = new JobIds(clock, 3);
    var sender = new RecordSender(codec, producer);
    proxy = new LookupProxy(List.of(lookupUrl.split(",")));
    var offers = Samples.offers(Samples.codec("offers"), announced);
    var answers = new Admissions(admissions, codec, PATIENCE);
    var counts = new ProjectUsages(usages, codec);
    var quotas =
        new Quotas(
            new Quota(0, Map.of("busy", 2)),
            new Quota(0, Map.of("small", 1)),
            new Quota(0, Map.of("slow", 3)),
            counts,
            clock);
    var acceptance =
        new JobAcceptance(
            Samples.rules(), new BatchSplitter(100), offers, ids, sender, answers, quotas, clock);
    var submit = new JobSubmit(acceptance, proxy);
    var actions = new JobActions(sender, proxy, clock);
    var jobs = new JobGateway(acceptance, actions, offers, proxy);
    dialects = new DialectRoutes(List.of(new FakeDialect(jobs)), jobs);
    webhooks = new WebhookProxy(List.of(lookupUrl.split(",")));
    var registered = new RegisteredFiles(files, codec, sender, clock, PATIENCE);
    var tagged = new RegisteredAssets(assets, codec, sender, clock, PATIENCE);
    var filesApi = new FilesApi(registered, ids, ItemRules::placedUriProblem, clock);
    var api =
        new JobApi(
            submit,
            actions,
            offers,
            proxy,
            webhooks,
            filesApi,
            new AssetsApi(tagged, ids),
            dialects);
    readers =
        List.of(
            new LoopThread("admissions", answers, ApiServer::broken),
            new LoopThread("usages", counts, ApiServer::broken),
            new LoopThread("files", registered, ApiServer::broken),
            new LoopThread("assets", tagged, ApiServer::broken));
    readers.forEach(LoopThread::start);
    await(
        () ->
            answers.check().check().ok()
                && counts.isReady()
                && registered.check().check().ok()
                && tagged.check().check().ok());
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            MAX_BODY,
            telemetry,
            List.of(),
            config -> {
              javalin.set(config);
              api.routes(config.routes);
            });
    http.start();
  }

  HttpResponse<String> post(String body) {
    return post(body.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> post(byte[] body) {
    return send(
        request("/v1/jobs")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends without waiting for the answer. */
  CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  /** A GET of a target that no client library would send; the whole answer as text. */
  String rawGet(String target) throws IOException {
    try (var socket = new Socket(InetAddress.getByName("127.0.0.1"), http.port())) {
      socket.setSoTimeout(10_000);
      String head = "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Answers a submission with a submission id as the splitter would. */
  void admit(ProducerRecord<String, byte[]> sent, Admission.Builder admission) {
    JobSubmission submission = codec.decode(Topics.JOB_SUBMISSIONS, sent.value());
    String request = text(sent, "fanfold-request-id");
    admission
        .setProject(submission.getProject())
        .setSubmissionId(submission.getSubmissionId())
        .setRequestId(request);
    admissions.arrives(sent.key(), codec.encode(Topics.ADMISSIONS, admission.build()), 0);
  }

  static String text(ProducerRecord<String, byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }

  /** Waits until something is so, a few seconds at most. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not become so");
      }
      Thread.onSpinWait();
    }
  }

  private static void broken(Throwable cause) {
    throw new AssertionError(cause);
  }

  static JsonNode json(HttpResponse<String> answer) {
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    http.close();
    proxy.close();
    webhooks.close();
    readers.forEach(LoopThread::close);
    dialects.close();
    telemetry.close();
    codec.close();
  }
}
