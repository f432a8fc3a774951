package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Lookups over HTTP: a job, its items, the jobs of a project. */
final class LookupApi {

  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_OFFSET = Integer.MAX_VALUE - MAX_LIMIT;

  // A job that was accepted a moment ago, or results of one that just ended, are on their way.
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration YOUNG = Duration.ofSeconds(30);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
  private static final long LOOK_AGAIN_MS = 5;

  private final JobViews views;
  private final Clock clock;
  private final Timer jobTimer;
  private final Timer itemsTimer;
  private final Timer jobsTimer;

  LookupApi(JobViews views, Clock clock, Telemetry telemetry) {
    this.views = views;
    this.clock = clock;
    this.jobTimer = telemetry.timer(Meters.LOOKUPS, "job");
    this.itemsTimer = telemetry.timer(Meters.LOOKUPS, "items");
    this.jobsTimer = telemetry.timer(Meters.LOOKUPS, "jobs");
  }

  void routes(RoutesConfig routes) {
    routes.get("/v1/jobs", context -> jobsTimer.record(() -> jobs(context)));
    routes.get("/v1/jobs/{id}", context -> jobTimer.record(() -> job(context)));
    routes.get("/v1/jobs/{id}/items", context -> itemsTimer.record(() -> items(context)));
  }

  private void job(Context context) {
    HttpApi.json(context, 200, JobJson.of(find(context), clock.instant()));
  }

  private void jobs(Context context) {
    int limit = HttpApi.intParam(context, "limit", 20, 1, MAX_LIMIT);
    int offset = HttpApi.intParam(context, "offset", 0, 0, MAX_OFFSET);
    List<JobState> found = views.jobs(HttpApi.project(context), offset, limit + 1);
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("jobs");
    Instant now = clock.instant();
    found.stream().limit(limit).forEach(job -> list.add(JobJson.of(job, now)));
    body.put("limit", limit);
    body.put("offset", offset);
    body.put("hasMore", found.size() > limit);
    HttpApi.json(context, 200, body);
  }

  private void items(Context context) {
    int limit = HttpApi.intParam(context, "limit", 100, 1, MAX_LIMIT);
    int offset = HttpApi.intParam(context, "offset", 0, 0, MAX_OFFSET);
    Optional<Boolean> failed = failed(context);
    JobState job = find(context);
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("items");
    if (failed.isPresent()) {
      matching(job, failed.get(), offset, limit).forEach(item -> list.add(ItemJson.of(item)));
      body.put("total", failed.get() ? job.getFailed() : job.getSucceeded());
    } else {
      List<ItemResult> window = window(job, offset, limit);
      for (int i = 0; i < window.size(); i++) {
        ItemResult item = window.get(i);
        list.add(item == null ? ItemJson.pending(offset + i) : ItemJson.of(item));
      }
      body.put("total", job.getTotal());
    }
    body.put("limit", limit);
    body.put("offset", offset);
    HttpApi.json(context, 200, body);
  }

  private List<ItemResult> window(JobState job, int offset, int limit) {
    return whole(
        job, () -> ItemPage.window(job, offset, limit, batches(job)), page -> !page.contains(null));
  }

  private List<ItemResult> matching(JobState job, boolean failed, int offset, int limit) {
    long all = failed ? job.getFailed() : job.getSucceeded();
    long expected = Math.max(0, Math.min(limit, all - offset));
    return whole(
        job,
        () -> ItemPage.matching(job, failed, offset, limit, batches(job)),
        page -> page.size() >= expected);
  }

  /** A job that reads terminal has all its items on its pages: waits a moment, else 503. */
  private List<ItemResult> whole(
      JobState job, Supplier<List<ItemResult>> read, Predicate<List<ItemResult>> isWhole) {
    return await(
            () ->
                Optional.of(read.get())
                    .filter(page -> !JobStates.isTerminal(job.getStatus()) || isWhole.test(page)),
            PATIENCE)
        .orElseThrow(
            () ->
                Problem.unavailable("the results of this job are not all in the view yet")
                    .exception());
  }

  private ItemPage.Batches batches(JobState job) {
    return (batch, into) -> views.results(job.getId(), batch, into);
  }

  private JobState find(Context context) {
    String project = HttpApi.project(context);
    String text = context.pathParam("id");
    long id =
        JobIds.parse(text)
            .orElseThrow(() -> Problem.notFound("There is no job " + quote(text)).exception());
    // Ids tell their age, so whoever follows the Location of a 202 is not told 404.
    boolean young = isYoung(id, clock.instant());
    JobState job =
        await(() -> views.job(id), young ? PATIENCE : Duration.ZERO)
            .orElseThrow(() -> absent(id, young));
    // Somebody else's job is as absent as one that never was.
    if (!job.getProject().equals(project)) {
      throw absent(id, false);
    }
    return job;
  }

  /** Whether an id could be that of a job accepted moments ago. */
  static boolean isYoung(long id, Instant now) {
    Instant made = JobIds.time(id);
    return made.isAfter(now.minus(YOUNG)) && made.isBefore(now.plus(CLOCK_SKEW));
  }

  private static ProblemException absent(long id, boolean young) {
    return young
        ? Problem.unavailable("job " + id + " is not visible yet, if there is one").exception()
        : Problem.notFound("There is no job " + id).exception();
  }

  private static <T> Optional<T> await(Supplier<Optional<T>> look, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<T> found = look.get();
      if (found.isPresent() || System.nanoTime() >= end) {
        return found;
      }
      try {
        Thread.sleep(LOOK_AGAIN_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
  }

  private static Optional<Boolean> failed(Context context) {
    String outcome = context.queryParam("outcome");
    if (outcome == null) {
      return Optional.empty();
    }
    return switch (outcome) {
      case "failed" -> Optional.of(true);
      case "succeeded" -> Optional.of(false);
      default ->
          throw Problem.invalid(List.of(new FieldError("outcome", "must be succeeded or failed")))
              .exception();
    };
  }

  private static String quote(String text) {
    String head = text.length() > 32 ? text.substring(0, 32) : text;
    return head.replaceAll("[^A-Za-z0-9._-]", "?");
  }
}
