package io.fanfold.ingest.dialect.rekognition;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.ProblemException;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The dialect on a real port, and requests to it as the SDK's own signer signs them. */
final class RekognitionServer implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  static final String KEY_ID = "AKIDEXAMPLE";
  static final String SECRET = "wJalr:XUtn+FEMI/K7MDENG";
  static final String KEYS = "team:" + KEY_ID + ":" + SECRET + ",other:AKIDOTHER:secret";

  final FakeJobs jobs = new FakeJobs();
  final WrittenFiles files = new WrittenFiles();
  private final Telemetry telemetry = new Telemetry();
  private final HttpApi http;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RekognitionServer(boolean open) {
    var clock = Clock.fixed(NOW, ZoneOffset.UTC);
    var keys = AccessKeys.parse("keys", open ? null : new Password(KEYS));
    var dialect =
        new RekognitionDialect(
            new Authentication(open, keys, clock), new Operations(jobs, files, () -> true), clock);
    http =
        new HttpApi(
            "test",
            "127.0.0.1",
            0,
            64 * 1024,
            telemetry,
            List.of(),
            config -> {
              for (Route route : dialect.routes()) {
                config.routes.addHttpHandler(
                    route.method(),
                    route.path(),
                    context -> {
                      try {
                        route.handler().handle(context);
                      } catch (ProblemException e) {
                        dialect.refuse(context, e.problem());
                      }
                    });
              }
            });
    http.start();
  }

  /** What is to be sent, before it is signed. */
  record Call(
      String operation,
      String body,
      String keyId,
      String secret,
      Instant at,
      String service,
      Map<String, String> headers) {

    static Call of(String operation, String body) {
      return new Call(operation, body, KEY_ID, SECRET, NOW, "rekognition", Map.of());
    }

    Call signedWith(String id, String other) {
      return new Call(operation, body, id, other, at, service, headers);
    }

    Call at(Instant time) {
      return new Call(operation, body, keyId, secret, time, service, headers);
    }

    Call scopedTo(String other) {
      return new Call(operation, body, keyId, secret, at, other, headers);
    }

    Call with(String name, String value) {
      return new Call(operation, body, keyId, secret, at, service, Map.of(name, value));
    }
  }

  SdkHttpRequest signed(Call call) {
    byte[] bytes = call.body().getBytes(StandardCharsets.UTF_8);
    var request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create("http://127.0.0.1:" + http.port() + "/"))
            .putHeader("Content-Type", RekognitionDialect.MEDIA_TYPE)
            .putHeader("X-Amz-Target", "RekognitionService." + call.operation());
    call.headers().forEach(request::putHeader);
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(AwsCredentialsIdentity.create(call.keyId(), call.secret()))
                        .request(request.build())
                        .payload(ContentStreamProvider.fromByteArray(bytes))
                        .putProperty(
                            HttpSigner.SIGNING_CLOCK, Clock.fixed(call.at(), ZoneOffset.UTC))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, call.service())
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1"));
    return signed.request();
  }

  HttpResponse<String> call(String operation, String body) {
    return send(signed(Call.of(operation, body)), body);
  }

  HttpResponse<String> call(Call call) {
    return send(signed(call), call.body());
  }

  HttpResponse<String> send(SdkHttpRequest signed, String body) {
    var request = HttpRequest.newBuilder(signed.getUri()).POST(BodyPublishers.ofString(body));
    signed.forEachHeader(
        (name, values) -> {
          // The client sets it itself, to the same.
          if (!name.equalsIgnoreCase("Host")) {
            values.forEach(value -> request.header(name, value));
          }
        });
    return send(request);
  }

  HttpRequest.Builder request() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/"));
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

  static JsonNode json(HttpResponse<String> answer) {
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    http.close();
    telemetry.close();
  }
}
