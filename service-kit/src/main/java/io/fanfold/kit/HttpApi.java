package io.fanfold.kit;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.router.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A service's HTTP server: its own routes, and for every service {@code /health/live}, {@code
 * /health/ready}, {@code /metrics}, request ids, and problem documents for whatever goes wrong.
 */
public final class HttpApi implements Service.Part {

  /** The tenant of a request; {@value #DEFAULT_PROJECT} when absent. */
  public static final String PROJECT_HEADER = "Fanfold-Project";

  public static final String DEFAULT_PROJECT = "default";

  private static final String REQUEST_ID_HEADER = "X-Request-ID";
  private static final String STARTED_AT = "startedAt";
  private static final int MAX_THREADS = 64;
  private static final Logger log = LoggerFactory.getLogger(HttpApi.class);

  private final String service;
  private final String host;
  private final int port;
  private final Telemetry telemetry;
  private final List<Check> checks;
  private final Javalin server;

  /**
   * @param port 0 picks a free one
   * @param maxBodyBytes longer request bodies get a 413
   * @param checks what {@code /health/ready} lists
   * @param routes adds the service's own routes
   */
  public HttpApi(
      String service,
      String host,
      int port,
      long maxBodyBytes,
      Telemetry telemetry,
      List<Check> checks,
      Consumer<JavalinConfig> routes) {
    this.service = service;
    this.host = host;
    this.port = port;
    this.telemetry = telemetry;
    this.checks = List.copyOf(checks);
    this.server =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.maxRequestSize = maxBodyBytes;
              config.http.prefer405over404 = true;
              var threads = new QueuedThreadPool(MAX_THREADS, 4);
              threads.setName(service + "-http");
              config.jetty.threadPool = threads;
              config.jetty.modifyHttpConfiguration(
                  http -> {
                    http.setSendServerVersion(false);
                    http.setSendDateHeader(false);
                  });
              config.jetty.modifyServer(jetty -> jetty.setErrorHandler(new ProblemPages()));
              config.jetty.modifyServletContextHandler(
                  handler -> handler.setErrorHandler(new ProblemPages()));
              common(config);
              routes.accept(config);
            });
  }

  @Override
  public void start() {
    server.start(host, port);
    log.info("{} answers HTTP on {}:{}", service, host, port());
  }

  /** The port in use, after start. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  /** Answers with JSON. */
  public static void json(Context context, int status, Object body) {
    context.status(status).contentType("application/json").result(Json.bytes(body));
  }

  /** The tenant of a request. */
  public static String project(Context context) {
    String project = context.header(PROJECT_HEADER);
    if (project == null) {
      return DEFAULT_PROJECT;
    }
    if (!Names.isProject(project)) {
      throw Problem.invalid(
              List.of(
                  new Problem.FieldError(PROJECT_HEADER, "must match " + Names.PROJECT_PATTERN)))
          .exception();
    }
    return project;
  }

  /**
   * A query parameter that is a whole number.
   *
   * @throws ProblemException 400 naming it when it is no number in range, or given twice
   */
  public static int intParam(Context context, String name, int absent, int min, int max) {
    List<String> values = context.queryParams(name);
    if (values.isEmpty()) {
      return absent;
    }
    String text = values.get(0);
    if (values.size() == 1 && text.matches("[0-9]{1,10}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return (int) value;
      }
    }
    throw Problem.invalid(
            List.of(new Problem.FieldError(name, "must be a whole number, " + min + " to " + max)))
        .exception();
  }

  private void common(JavalinConfig config) {
    config.routes.before(
        context -> {
          context.attribute(STARTED_AT, System.nanoTime());
          String given = context.header(REQUEST_ID_HEADER);
          String id =
              given != null && given.matches("[A-Za-z0-9._-]{1,64}")
                  ? given
                  : UUID.randomUUID().toString();
          context.header(REQUEST_ID_HEADER, id);
          MDC.put("requestId", id);
        });
    config.routes.after(
        context -> {
          MDC.remove("requestId");
          if (isGone(context)) {
            return;
          }
          Long started = context.attribute(STARTED_AT);
          if (started != null) {
            telemetry
                .timer(
                    Meters.HTTP_REQUESTS,
                    service,
                    method(context),
                    route(context),
                    Integer.toString(context.statusCode()))
                .record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
          }
        });
    config.routes.exception(ProblemException.class, (e, context) -> answer(context, e.problem()));
    config.routes.exception(
        HttpResponseException.class,
        (e, context) -> {
          String allowed = e.getDetails().get("availableMethods");
          if (e.getStatus() == 405 && allowed != null) {
            context.header("Allow", allowed);
          }
          answer(context, problem(e, context));
        });
    config.routes.exception(
        Exception.class,
        (e, context) -> {
          if (isGone(context)) {
            log.debug("the caller was gone before the answer", e);
            return;
          }
          answer(context, problem(e, context));
        });
    config.routes.get("/health/live", context -> json(context, 200, Map.of("status", "UP")));
    config.routes.get("/health/ready", this::ready);
    config.routes.get(
        "/metrics",
        context ->
            context
                .contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(telemetry.scrape()));
  }

  /**
   * Whether the server has taken the request back, as it does when a caller leaves while an answer
   * is awaited elsewhere, and when it stops. Such a request throws whatever it is asked, and an
   * exception handler that throws is asked again without end.
   */
  private static boolean isGone(Context context) {
    try {
      return context.req().getRequestURI() == null;
    } catch (NullPointerException | IllegalStateException e) {
      return true;
    }
  }

  private void ready(Context context) {
    var results = new ArrayList<Map<String, Object>>();
    boolean ready = true;
    for (Check check : checks) {
      Check.Result result = check.check();
      ready &= result.ok();
      var row = new LinkedHashMap<String, Object>();
      row.put("name", check.name());
      row.put("ok", result.ok());
      row.put("detail", result.detail());
      results.add(row);
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("status", ready ? "UP" : "DOWN");
    body.put("checks", results);
    json(context, ready ? 200 : 503, body);
  }

  /** What whoever asked is told of an exception; what nobody expected is logged. */
  public static Problem problem(Exception e, Context context) {
    if (e instanceof ProblemException problem) {
      return problem.problem();
    }
    if (e instanceof HttpResponseException response) {
      return problem(response, context);
    }
    log.error("{} {} failed", context.method(), context.path(), e);
    return Problem.of(500, "INTERNAL", "Something broke", "See the log for this request id.");
  }

  private static Problem problem(HttpResponseException e, Context context) {
    return switch (e.getStatus()) {
      case 404 -> Problem.notFound("There is nothing at " + context.path());
      case 405 ->
          Problem.of(
              405,
              "METHOD_NOT_ALLOWED",
              "Not that method",
              context.method() + " is not allowed here");
      case 413 -> tooLarge();
      default -> Problem.of(e.getStatus(), "REFUSED", "Refused", String.valueOf(e.getMessage()));
    };
  }

  /** 413. */
  public static Problem tooLarge() {
    return Problem.of(
        413, "BODY_TOO_LARGE", "The body is too large", "Split the job, or send less with it.");
  }

  /** Answers with a problem document. */
  public static void answer(Context context, Problem problem) {
    if (problem.status() == 503 || problem.status() == 429) {
      context.header("Retry-After", "1");
    }
    context.status(problem.status()).contentType(Problem.MEDIA_TYPE).result(problem.json());
  }

  // Anybody can make up methods.
  private static String method(Context context) {
    HandlerType method = context.method();
    return HandlerType.commonHttp().contains(method) ? method.name() : "OTHER";
  }

  // The route, not the path: a metric for each job id would never end.
  private static String route(Context context) {
    Endpoint matched = context.endpoints().lastHttpEndpoint();
    return matched == null ? "none" : matched.path;
  }
}
