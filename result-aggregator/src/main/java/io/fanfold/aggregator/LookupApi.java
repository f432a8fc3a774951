package io.fanfold.aggregator;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.JobState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Lookups over HTTP: a job, its items and batches, the jobs of a project. */
final class LookupApi {

  /** Nobody waits longer for a job to end, in seconds. */
  private static final int MAX_WAIT_SECONDS = 60;

  private final JobFinder finder;
  private final JobWait wait;
  private final JobsApi jobs;
  private final ItemsApi items;
  private final BatchesApi batches;
  private final EventsApi events;
  private final Waiting waiting;
  private final Staleness staleness;
  private final Clock clock;
  private final Timer jobTimer;
  private final Timer itemsTimer;
  private final Timer jobsTimer;
  private final Timer batchesTimer;

  /**
   * @param wait reads what is not stale only
   * @param executor where requests that waited go on
   */
  LookupApi(
      JobViews views,
      JobWait wait,
      Cursors cursors,
      Staleness staleness,
      Executor executor,
      Clock clock,
      Telemetry telemetry) {
    this.finder = new JobFinder(views, staleness, clock);
    this.wait = wait;
    this.staleness = staleness;
    this.jobs = new JobsApi(new JobSearch(views), cursors, clock);
    this.items = new ItemsApi(finder, new ItemsLookup(views, clock), cursors);
    this.batches = new BatchesApi(finder, views, cursors);
    this.events = new EventsApi(finder, wait, executor, clock);
    this.waiting = new Waiting(wait.views());
    this.clock = clock;
    this.jobTimer = telemetry.timer(Meters.LOOKUPS, "job");
    this.itemsTimer = telemetry.timer(Meters.LOOKUPS, "items");
    this.jobsTimer = telemetry.timer(Meters.LOOKUPS, "jobs");
    this.batchesTimer = telemetry.timer(Meters.LOOKUPS, "batches");
  }

  void routes(RoutesConfig routes) {
    routes.get("/v1/jobs", context -> marked(context, jobsTimer, jobs::list));
    routes.get("/v1/jobs/{id}", this::job);
    routes.get("/v1/jobs/{id}/events", this::events);
    routes.get("/v1/jobs/{id}/items", context -> marked(context, itemsTimer, items::list));
    routes.get("/v1/jobs/{id}/batches", context -> marked(context, batchesTimer, batches::list));
  }

  private void marked(Context context, Timer timer, Consumer<Context> lookup) {
    staleness.begin();
    timer.record(() -> lookup.accept(context));
    if (staleness.isMarked()) {
      context.header(Staleness.HEADER, "true");
    }
  }

  private void events(Context context) {
    staleness.begin();
    events.stream(context);
  }

  private void job(Context context) {
    String waitFor = Params.text(context, "waitFor");
    int seconds = HttpApi.intParam(context, "timeout", 30, 0, MAX_WAIT_SECONDS);
    if (waitFor == null) {
      marked(context, jobTimer, asked -> answer(asked, finder.find(asked)));
      return;
    }
    if (!waitFor.equals("terminal")) {
      throw Params.invalid("waitFor", "must be terminal");
    }
    Instant deadline = clock.instant().plusSeconds(seconds);
    staleness.begin();
    JobState job = finder.find(context);
    if (JobStates.isTerminal(job.getStatus()) && !staleness.isMarked()) {
      answer(context, job);
      return;
    }
    context.future(
        () ->
            wait.until(job.getId(), state -> JobStates.isTerminal(state.getStatus()), deadline)
                .thenAccept(
                    found ->
                        answer(
                            context,
                            found.orElseThrow(() -> JobFinder.absent(job.getId(), false)))));
  }

  private void answer(Context context, JobState job) {
    var json = JobJson.of(job, clock.instant());
    json.set("waiting", waiting.why(job));
    HttpApi.json(context, 200, json);
  }
}
