package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Hands lookups on to the result aggregator, so that callers need one address only. */
final class LookupProxy {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);

  private final URI base;
  private final HttpClient client;

  LookupProxy(String baseUrl) {
    this.base = URI.create(baseUrl.endsWith("/") ? baseUrl : baseUrl + "/");
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  void forward(Context context) {
    String query = context.queryString();
    // Resolved from the raw request target: what the caller escaped stays escaped.
    String path = context.req().getRequestURI().substring(1);
    URI target;
    try {
      target = base.resolve(query == null ? path : path + "?" + query);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(List.of(new FieldError("", "the path or the query is no valid URI")))
          .exception();
    }
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .timeout(TIMEOUT)
            .header(HttpApi.PROJECT_HEADER, HttpApi.project(context))
            .GET()
            .build();
    context.future(
        () ->
            client
                .sendAsync(request, BodyHandlers.ofByteArray())
                .handle(
                    (response, failure) -> {
                      if (failure != null) {
                        HttpApi.answer(
                            context, Problem.unavailable("the lookups cannot be reached"));
                      } else {
                        copy(response, context);
                      }
                      return CompletableFuture.completedFuture(null);
                    }));
  }

  Check check() {
    return Check.of(
        "lookups",
        () -> {
          var request =
              HttpRequest.newBuilder(base.resolve("health/ready")).timeout(CHECK_TIMEOUT).build();
          try {
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            return status == 200
                ? Check.Result.ok(base.toString())
                : Check.Result.failed(base + " answers " + status);
          } catch (IOException e) {
            return Check.Result.failed(base + " cannot be reached");
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Check.Result.failed("interrupted");
          }
        });
  }

  private static void copy(HttpResponse<byte[]> response, Context context) {
    context.status(response.statusCode());
    response.headers().firstValue("Content-Type").ifPresent(context::contentType);
    response.headers().firstValue("Retry-After").ifPresent(v -> context.header("Retry-After", v));
    context.result(response.body());
  }
}
