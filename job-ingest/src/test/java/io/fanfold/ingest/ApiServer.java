package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobIds;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The native API on a real port, before Kafka's own mock of a producer. */
final class ApiServer implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123Z");
  static final int MAX_BODY = 512 * 1024;

  final MockProducer<String, byte[]> producer =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
  final AtomicReference<JavalinConfig> javalin = new AtomicReference<>();
  private final Telemetry telemetry = new Telemetry();
  private final AvroCodec codec;
  private final HttpApi http;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ApiServer(AvroCodec codec, String lookupUrl, FeatureOffer... announced) {
    this.codec = codec;
    var clock = Clock.fixed(NOW, ZoneOffset.UTC);
    // The offers come from a codec of their own: the one at hand may be broken on purpose.
    var api =
        new JobApi(
            Samples.rules(),
            new BatchSplitter(100),
            Samples.offers(Samples.codec("offers"), announced),
            new JobIds(clock, 3),
            codec,
            producer,
            new LookupProxy(lookupUrl),
            clock);
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

  /** A GET of a target that no client library would send; the whole answer as text. */
  String rawGet(String target) throws IOException {
    try (var socket = new Socket(InetAddress.getByName("127.0.0.1"), http.port())) {
      socket.setSoTimeout(10_000);
      String head = "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static JsonNode json(HttpResponse<String> answer) {
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    http.close();
    telemetry.close();
    codec.close();
  }
}
