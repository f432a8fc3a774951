package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;

/**
 * Hands requests on to another service, any instance of which can answer, so that callers need one
 * address only. Answers go through as they come, at the caller's pace; when the caller is gone the
 * request ends.
 */
final class ServiceProxy {

  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);
  private static final List<String> REQUEST_HEADERS =
      List.of("Accept", "Content-Type", "Last-Event-ID", "Range", "If-Match", "If-None-Match");
  private static final List<String> RESPONSE_HEADERS =
      List.of(
          "Retry-After",
          "Allow",
          "Location",
          "Content-Length",
          "Content-Disposition",
          "Content-Range",
          "Accept-Ranges",
          "Cache-Control",
          "ETag",
          "Fanfold-Stale");

  private final String name;
  private final List<URI> bases;
  private final HttpClient client;
  private volatile int first;

  /**
   * @param name what the service is for callers, as in "the lookups"
   * @param baseUrls of its instances; at least one
   */
  ServiceProxy(String name, List<String> baseUrls) {
    this.name = name;
    this.bases =
        baseUrls.stream().map(url -> URI.create(url.endsWith("/") ? url : url + "/")).toList();
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * Answers a request with what the service answers to it.
   *
   * @param timeout until the answer begins
   */
  void forward(Context context, Duration timeout) {
    String query = context.queryString();
    // Resolved from the raw request target: what the caller escaped stays escaped.
    String path = context.req().getRequestURI().substring(1);
    String target = query == null ? path : path + "?" + query;
    try {
      bases.get(0).resolve(target);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(List.of(new FieldError("", "the path or the query is no valid URI")))
          .exception();
    }
    String project = HttpApi.project(context);
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .timeout(timeout)
            .method(context.method().name(), body(context))
            .header(HttpApi.PROJECT_HEADER, project);
    for (String name : REQUEST_HEADERS) {
      if (context.header(name) != null) {
        request.header(name, context.header(name));
      }
    }
    context.future(
        () ->
            send(target, request, BodyHandlers.ofPublisher(), 0)
                .handle(
                    (response, failure) -> {
                      if (failure != null) {
                        HttpApi.answer(context, Problem.unavailable(name + " cannot be reached"));
                        return CompletableFuture.completedFuture((Void) null);
                      }
                      return copy(response, context);
                    })
                .thenCompose(copied -> copied));
  }

  /** What a GET answers; fails with an IOException when no instance is there. */
  CompletableFuture<HttpResponse<byte[]>> get(String target, String project, Duration timeout) {
    return get(target, project, timeout, BodyHandlers.ofByteArray());
  }

  /**
   * What a GET answers, as it comes; the stream has to be closed.
   *
   * @param timeout until the answer begins
   */
  CompletableFuture<HttpResponse<InputStream>> stream(
      String target, String project, Duration timeout) {
    return get(target, project, timeout, BodyHandlers.ofInputStream());
  }

  private <T> CompletableFuture<HttpResponse<T>> get(
      String target, String project, Duration timeout, BodyHandler<T> handler) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder().timeout(timeout).header(HttpApi.PROJECT_HEADER, project);
    return send(target, request, handler, 0);
  }

  /** Passes while an instance is ready. */
  Check check(String checkName) {
    return Check.of(
        checkName,
        () -> {
          String last = "";
          for (URI base : bases) {
            var request =
                HttpRequest.newBuilder(base.resolve("health/ready")).timeout(CHECK_TIMEOUT).build();
            try {
              int status = client.send(request, BodyHandlers.discarding()).statusCode();
              if (status == 200) {
                return Check.Result.ok(base.toString());
              }
              last = base + " answers " + status;
            } catch (IOException e) {
              last = base + " cannot be reached";
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return Check.Result.failed("interrupted");
            }
          }
          return Check.Result.failed(last);
        });
  }

  private <T> CompletableFuture<HttpResponse<T>> send(
      String target, HttpRequest.Builder request, BodyHandler<T> handler, int tried) {
    int at = first % bases.size();
    HttpRequest built = request.uri(bases.get(at).resolve(target)).build();
    return client
        .sendAsync(built, handler)
        .handle(
            (response, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(response);
              }
              // Also when this one cannot be repeated: one that does not answer must not keep
              // being asked.
              first = (at + 1) % bases.size();
              if (!canBeRepeated(built, failure) || tried + 1 >= bases.size()) {
                return CompletableFuture.<HttpResponse<T>>failedFuture(failure);
              }
              return send(target, request, handler, tried + 1);
            })
        .thenCompose(sent -> sent);
  }

  /** What may have been done already is not done again: the caller decides. */
  private static boolean canBeRepeated(HttpRequest request, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return true;
    }
    return request.method().equals("GET")
        && cause instanceof IOException
        && !(cause instanceof HttpTimeoutException);
  }

  private static BodyPublisher body(Context context) {
    byte[] body = context.bodyAsBytes();
    return body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
  }

  private static CompletableFuture<Void> copy(
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, Context context) {
    context.status(response.statusCode());
    response.headers().firstValue("Content-Type").ifPresent(context::contentType);
    for (String name : RESPONSE_HEADERS) {
      response.headers().firstValue(name).ifPresent(value -> context.header(name, value));
    }
    var copy = new BodyCopy(context.res());
    response.body().subscribe(copy);
    return copy.done();
  }
}
