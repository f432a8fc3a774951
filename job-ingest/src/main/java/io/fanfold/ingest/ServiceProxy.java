package io.fanfold.ingest;

import io.fanfold.kit.Check;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ServiceException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Hands requests on to another service, any instance of which can answer, so that callers need one
 * address only. Answers go through as they come, at the caller's pace; when the caller is gone the
 * request ends.
 */
final class ServiceProxy implements AutoCloseable {

  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  // Less than a service keeps a connection that is not used, so that few are closed under our
  // hands.
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(20);

  // A body that has begun goes on at least every ten seconds, if only to say that it does.
  private static final Duration QUIET = Duration.ofSeconds(30);
  private static final int MAX_CONNECTIONS = 1024;

  // Also at the only instance: it may have closed a connection just before it was used again.
  private static final int MIN_TRIES = 2;
  private static final int MAX_THREADS = 32;
  private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;
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
    this.client = client(name);
  }

  private static HttpClient client(String name) {
    var connector = new ClientConnector();
    connector.setSelectors(1);
    var threads = new QueuedThreadPool(MAX_THREADS, 1);
    threads.setName("to " + name);
    threads.setDaemon(true);
    var client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setExecutor(threads);
    client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
    client.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    client.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
    client.setUserAgentField(null);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    try {
      client.start();
    } catch (Exception e) {
      throw new ServiceException("cannot start the client of " + name, e);
    }
    // Whatever is answered is the caller's to act on, redirects and compression included.
    client.getProtocolHandlers().clear();
    client.getContentDecoderFactories().clear();
    return client;
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new ServiceException("cannot stop the client of " + name, e);
    }
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
    // Read once, and here: another try is made by another thread, when the caller may be gone.
    String method = context.method().name();
    HttpFields headers = headers(context);
    byte[] sent = context.bodyAsBytes();
    Consumer<Request> prepare =
        request -> {
          request.method(method).headers(all -> all.add(headers));
          if (sent.length > 0) {
            request.body(new BytesRequestContent(headers.get("Content-Type"), sent));
          }
        };
    context.future(
        () ->
            send(target, timeout, prepare, 1)
                .handle(
                    (answer, failure) -> {
                      if (failure != null) {
                        HttpApi.answer(context, Problem.unavailable(name + " cannot be reached"));
                        return CompletableFuture.completedFuture((Void) null);
                      }
                      return copy(answer, context);
                    })
                .thenCompose(copied -> copied));
  }

  private static HttpFields headers(Context context) {
    HttpFields.Mutable headers = HttpFields.build();
    headers.put(HttpApi.PROJECT_HEADER, HttpApi.project(context));
    for (String name : REQUEST_HEADERS) {
      if (context.header(name) != null) {
        headers.put(name, context.header(name));
      }
    }
    return headers.asImmutable();
  }

  /** What a GET answers; fails when no instance is there. */
  CompletableFuture<ServiceAnswer<byte[]>> get(String target, String project, Duration timeout) {
    return send(target, timeout, get(project), 1)
        .thenCompose(
            answer ->
                Content.Source.asByteArrayAsync(answer.body(), MAX_BODY_BYTES)
                    .thenApply(body -> answer.with(source -> body)));
  }

  /**
   * What a GET answers, as it comes; the stream has to be closed.
   *
   * @param timeout until the answer begins
   */
  CompletableFuture<ServiceAnswer<InputStream>> stream(
      String target, String project, Duration timeout) {
    return send(target, timeout, get(project), 1)
        .thenApply(answer -> answer.with(Content.Source::asInputStream));
  }

  private static Consumer<Request> get(String project) {
    return request -> request.headers(headers -> headers.put(HttpApi.PROJECT_HEADER, project));
  }

  /** Passes while an instance is ready. */
  Check check(String checkName) {
    return Check.of(
        checkName,
        () -> {
          String last = "";
          for (URI base : bases) {
            try {
              int status =
                  client
                      .newRequest(base.resolve("health/ready"))
                      .timeout(CHECK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                      .send()
                      .getStatus();
              if (status == 200) {
                return Check.Result.ok(base.toString());
              }
              last = base + " answers " + status;
            } catch (ExecutionException | TimeoutException e) {
              last = base + " cannot be reached";
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return Check.Result.failed("interrupted");
            }
          }
          return Check.Result.failed(last);
        });
  }

  /**
   * @param timeout until the answer begins
   * @param tries this one included
   */
  private CompletableFuture<ServiceAnswer<Content.Source>> send(
      String target, Duration timeout, Consumer<Request> prepare, int tries) {
    int at = first % bases.size();
    Request request =
        client
            .newRequest(bases.get(at).resolve(target))
            .idleTimeout(timeout.plus(QUIET).toMillis(), TimeUnit.MILLISECONDS);
    prepare.accept(request);
    return begun(request, timeout)
        .handle(
            (answer, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(answer);
              }
              // Also when this one cannot be repeated: one that does not answer must not keep
              // being asked.
              first = (at + 1) % bases.size();
              if (!canBeRepeated(request, failure) || tries >= Math.max(MIN_TRIES, bases.size())) {
                return CompletableFuture.<ServiceAnswer<Content.Source>>failedFuture(failure);
              }
              return send(target, timeout, prepare, tries + 1);
            })
        .thenCompose(answered -> answered);
  }

  /** The answer as soon as it begins, which it has to in time. */
  private CompletableFuture<ServiceAnswer<Content.Source>> begun(
      Request request, Duration timeout) {
    var answer = new CompletableFuture<ServiceAnswer<Content.Source>>();
    var late =
        client
            .getScheduler()
            .schedule(
                () -> request.abort(new TimeoutException("no answer in " + timeout)),
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
    request.onResponseContentSource(
        (response, body) -> {
          late.cancel();
          answer.complete(answer(response, body));
        });
    request.send(
        result -> {
          late.cancel();
          if (result.isFailed()) {
            answer.completeExceptionally(result.getFailure());
          } else {
            // For one that has no body.
            answer.complete(answer(result.getResponse(), Content.Source.from()));
          }
        });
    return answer;
  }

  private static ServiceAnswer<Content.Source> answer(Response response, Content.Source body) {
    return new ServiceAnswer<>(response.getStatus(), response.getHeaders(), body);
  }

  /** What may have been done already is not done again: the caller decides. */
  private static boolean canBeRepeated(Request request, Throwable failure) {
    // Reading and writing have other limits than a socket's.
    boolean unconnected =
        failure instanceof ConnectException || failure instanceof SocketTimeoutException;
    return unconnected || request.getMethod().equals("GET") && failure instanceof IOException;
  }

  private static CompletableFuture<Void> copy(
      ServiceAnswer<Content.Source> answer, Context context) {
    context.status(answer.status());
    answer.header("Content-Type").ifPresent(context::contentType);
    for (String name : RESPONSE_HEADERS) {
      answer.header(name).ifPresent(value -> context.header(name, value));
    }
    return BodyCopy.start(answer.body(), context.res());
  }
}
