package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Service;
import io.fanfold.schemas.JobIds;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The native API's routes and those of the dialects beside each other. Dialects run on threads of
 * their own: when lookups hang, the native API goes on.
 */
final class DialectRoutes implements Service.Part {

  private static final int THREADS = 32;
  private static final int QUEUE = 256;

  private final List<Dialect> dialects;
  private final Jobs jobs;
  private final ThreadPoolExecutor threads;

  DialectRoutes(List<Dialect> dialects, Jobs jobs) {
    this.dialects = List.copyOf(dialects);
    this.jobs = jobs;
    this.threads =
        new ThreadPoolExecutor(
            THREADS, THREADS, 60, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE));
    this.threads.allowCoreThreadTimeOut(true);
  }

  /**
   * @param own the native API's
   */
  void routes(RoutesConfig routes, List<Route> own) {
    var handlers = new LinkedHashMap<String, Route>();
    own.forEach(route -> handlers.put(route.name(), route));
    for (Dialect dialect : dialects) {
      for (Route route : dialect.routes()) {
        Handler handler = context -> run(dialect, route.handler(), context);
        handlers.merge(
            route.name(),
            new Route(route.method(), route.path(), handler),
            (before, added) ->
                new Route(
                    route.method(),
                    route.path(),
                    context ->
                        (dialect.claims(context) ? added : before).handler().handle(context)));
      }
      dialect.more(routes);
    }
    handlers
        .values()
        .forEach(route -> routes.addHttpHandler(route.method(), route.path(), route.handler()));
    routes.get("/internal/dialects/{dialect}/jobs/{id}", this::webhookBody);
  }

  /** What the webhook dispatcher posts. */
  private void webhookBody(Context context) {
    String project = HttpApi.project(context);
    String name = context.pathParam("dialect");
    later(
        context,
        () -> {
          JsonNode body =
              dialects.stream()
                  .filter(dialect -> dialect.name().equals(name))
                  .flatMap(dialect -> body(dialect, project, context.pathParam("id")))
                  .findFirst()
                  .orElseThrow(() -> Problem.notFound("There is no such job").exception());
          HttpApi.json(context, 200, body);
        },
        problem -> HttpApi.answer(context, problem));
  }

  private Stream<JsonNode> body(Dialect dialect, String project, String id) {
    return JobIds.parse(id).stream()
        .boxed()
        .flatMap(jobId -> jobs.find(project, dialect.name(), jobId).stream())
        .flatMap(job -> dialect.webhookBody(job).stream());
  }

  private void run(Dialect dialect, Handler handler, Context context) {
    later(context, () -> handler.handle(context), problem -> dialect.refuse(context, problem));
  }

  /** Something that may throw. */
  private interface Work {
    void run() throws Exception;
  }

  /** Where a problem goes. */
  private interface Refusal {
    void answer(Problem problem);
  }

  private void later(Context context, Work work, Refusal refusal) {
    context.future(
        () -> {
          try {
            return CompletableFuture.runAsync(() -> work(context, work, refusal), threads);
          } catch (RejectedExecutionException e) {
            refusal.answer(Problem.unavailable("too many requests are waiting"));
            return CompletableFuture.completedFuture(null);
          }
        });
  }

  private static void work(Context context, Work work, Refusal refusal) {
    try {
      work.run();
    } catch (Exception e) {
      refusal.answer(HttpApi.problem(e, context));
    }
  }

  @Override
  public void start() {}

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
