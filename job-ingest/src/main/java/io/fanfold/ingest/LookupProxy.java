package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
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
 * Hands lookups on to a result aggregator, so that callers need one address only. Bodies go through
 * as they come, at the caller's pace; when the caller is gone the lookup ends.
 */
final class LookupProxy {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);
  private static final int WAIT_SECONDS = 30;
  private static final int MAX_WAIT_SECONDS = 600;
  private static final List<String> REQUEST_HEADERS =
      List.of("Accept", "Last-Event-ID", "Range", "If-None-Match");
  private static final List<String> RESPONSE_HEADERS =
      List.of(
          "Retry-After",
          "Content-Length",
          "Content-Disposition",
          "Content-Range",
          "Accept-Ranges",
          "Cache-Control",
          "ETag",
          "Fanfold-Stale");

  private final List<URI> bases;
  private final HttpClient client;
  private volatile int first;

  /**
   * @param baseUrls of aggregators, any of which can answer; at least one
   */
  LookupProxy(List<String> baseUrls) {
    this.bases =
        baseUrls.stream().map(url -> URI.create(url.endsWith("/") ? url : url + "/")).toList();
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** Answers a request with what the aggregator answers to it. */
  void forward(Context context) {
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
            .timeout(TIMEOUT.plusSeconds(waits(context)))
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
                        HttpApi.answer(
                            context, Problem.unavailable("the lookups cannot be reached"));
                        return CompletableFuture.completedFuture((Void) null);
                      }
                      return copy(response, context);
                    })
                .thenCompose(copied -> copied));
  }

  /** What a lookup of a job answers; fails with an IOException when no aggregator is there. */
  CompletableFuture<HttpResponse<byte[]>> job(long jobId, String project) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder().timeout(TIMEOUT).header(HttpApi.PROJECT_HEADER, project);
    return send("v1/jobs/" + jobId, request, BodyHandlers.ofByteArray(), 0);
  }

  Check check() {
    return Check.of(
        "lookups",
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
    return client
        .sendAsync(request.uri(bases.get(at).resolve(target)).GET().build(), handler)
        .handle(
            (response, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(response);
              }
              if (!isUnreachable(failure) || tried + 1 >= bases.size()) {
                return CompletableFuture.<HttpResponse<T>>failedFuture(failure);
              }
              first = (at + 1) % bases.size();
              return send(target, request, handler, tried + 1);
            })
        .thenCompose(sent -> sent);
  }

  private static boolean isUnreachable(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof IOException
        && (cause instanceof HttpConnectTimeoutException
            || !(cause instanceof HttpTimeoutException));
  }

  /** How long the caller lets the aggregator wait for the job's end, in seconds. */
  private static int waits(Context context) {
    if (context.queryParam("waitFor") == null) {
      return 0;
    }
    String seconds = context.queryParam("timeout");
    // What the aggregator does not understand it refuses at once.
    return seconds != null && seconds.matches("[0-9]{1,6}")
        ? Math.min(Integer.parseInt(seconds), MAX_WAIT_SECONDS)
        : WAIT_SECONDS;
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
