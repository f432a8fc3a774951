package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.Sample;
import io.fanfold.schemas.SampleCategory;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** {@code /v1/api/{projectId}/jobs}: classify jobs are started, watched and stopped. */
final class JobRoutes {

  private static final String PATH = "/v1/api/{projectId}/jobs";
  private static final int MAX_LINES = 1_000;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_OFFSET = 10_000;

  private final Access access;
  private final Settings settings;
  private final SampleRegistry registry;
  private final Jobs jobs;
  private final JobFinder finder;

  JobRoutes(
      Access access, Settings settings, SampleRegistry registry, Jobs jobs, JobFinder finder) {
    this.access = access;
    this.settings = settings;
    this.registry = registry;
    this.jobs = jobs;
    this.finder = finder;
  }

  List<Route> routes() {
    return List.of(
        Route.post(PATH + "/classify", this::start),
        Route.get(PATH, this::active),
        Route.get(PATH + "/all", this::all),
        Route.get(PATH + "/history", this::history),
        Route.get(PATH + "/{jobId}/status", this::status),
        Route.get(PATH + "/{jobId}/stdout", this::log),
        Route.get(PATH + "/{jobId}/stdout/download", this::downloadLog),
        Route.post(PATH + "/{jobId}/cancel", this::cancel),
        Route.post(PATH + "/{jobId}/update", this::update));
  }

  private void start(Context context) {
    String project = access.studio(context);
    ClassifyRequest request =
        ClassifyRequest.read(body(context), Params.of(context).whole("impulseId"));
    String model =
        settings
            .models()
            .uri(project, request.impulseId())
            .orElseThrow(
                () ->
                    Problem.of(
                            400,
                            "NO_MODEL",
                            "There is no model",
                            "Impulse %d of project %s has no trained model"
                                .formatted(request.impulseId(), project))
                        .exception());
    List<Sample> samples = registry.of(project, SampleCategory.TESTING);
    var children = new ArrayList<Long>();
    // The last is the root: when it is there, so are those it names.
    for (int i = request.variants().size() - 1; i > 0; i--) {
      children.add(submit(request, project, samples, model, i, List.of()));
    }
    long id = submit(request, project, samples, model, 0, children);
    HttpApi.json(context, 200, success().put("id", id));
  }

  private long submit(
      ClassifyRequest request,
      String project,
      List<Sample> samples,
      String model,
      int variant,
      List<Long> children) {
    return jobs.submit(
            request.submission(
                project,
                samples,
                model,
                settings.threshold(),
                request.variants().get(variant),
                children))
        .id();
  }

  private void status(Context context) {
    String project = access.studio(context);
    ObjectNode body = success();
    body.set("job", finder.find(project, context.pathParam("jobId")).json());
    HttpApi.json(context, 200, body);
  }

  private void active(Context context) {
    String project = access.studio(context);
    Map<String, String> filters = rootOnly(Params.of(context), new LinkedHashMap<>());
    Predicate<ClassifyJob> runs = job -> !job.isFinished();
    answer(context, finder.scan(project, filters, runs, 0, JobFinder.MAX_LIMIT));
  }

  private void history(Context context) {
    list(context, ClassifyJob::isFinished);
  }

  private void all(Context context) {
    String project = access.studio(context);
    Params params = Params.of(context);
    String finished = params.oneOf("finished", List.of("successful", "failed", "all"));
    String key = params.text("key");
    String category = params.text("category");
    if (key != null && !key.equals(ClassifyJob.KEY)
        || category != null
            && !category.equals(ClassifyJob.KEY)
            && !category.equals(ClassifyJob.CATEGORY)) {
      answer(context, new JobFinder.Page(List.of(), 0));
    } else if ((finished == null || finished.equals("all"))
        && params.text("startDate") == null
        && params.text("endDate") == null) {
      Map<String, String> filters = rootOnly(params, new LinkedHashMap<>());
      answer(context, finder.page(project, filters, offset(params), limit(params)));
    } else {
      list(
          context,
          job ->
              finished == null
                  || finished.equals("all")
                  || job.isFinished() && job.isSuccessful() == finished.equals("successful"));
    }
  }

  private void list(Context context, Predicate<ClassifyJob> wanted) {
    String project = access.studio(context);
    Params params = Params.of(context);
    Map<String, String> filters = rootOnly(params, new LinkedHashMap<>());
    if (params.instant("startDate") != null) {
      filters.put("createdAfter", params.instant("startDate").toString());
    }
    if (params.instant("endDate") != null) {
      filters.put("createdBefore", params.instant("endDate").toString());
    }
    answer(context, finder.scan(project, filters, wanted, offset(params), limit(params)));
  }

  private static Map<String, String> rootOnly(Params params, Map<String, String> filters) {
    if (params.is("rootOnly")) {
      filters.put("tag", ClassifyRequest.ROOT);
    }
    return filters;
  }

  private static int offset(Params params) {
    return params.whole("offset", 0, 0, MAX_OFFSET);
  }

  private static int limit(Params params) {
    return params.whole("limit", DEFAULT_LIMIT, 1, JobFinder.MAX_LIMIT);
  }

  private static void answer(Context context, JobFinder.Page page) {
    ObjectNode body = success();
    ArrayNode list = body.putArray("jobs");
    page.jobs().forEach(job -> list.add(job.json()));
    HttpApi.json(context, 200, body.put("totalJobCount", page.total()));
  }

  private void log(Context context) {
    String project = access.studio(context);
    List<JobLog.Line> lines = lines(context, project);
    ObjectNode body = success();
    ArrayNode list = body.putArray("stdout");
    last(context, lines).forEach(line -> list.add(line.json()));
    HttpApi.json(context, 200, body.put("totalCount", lines.size()));
  }

  private void downloadLog(Context context) {
    String project = access.studio(context);
    var text = new StringBuilder();
    last(context, lines(context, project)).forEach(line -> text.append(line.data()));
    context.status(200).contentType("text/plain; charset=utf-8").result(text.toString());
  }

  private List<JobLog.Line> lines(Context context, String project) {
    String level = Params.of(context).oneOf("logLevel", List.of("error", "warn", "info", "debug"));
    JobLog.Level least =
        level == null ? JobLog.Level.DEBUG : JobLog.Level.valueOf(level.toUpperCase(Locale.ROOT));
    return finder.log(project, finder.find(project, context.pathParam("jobId"))).stream()
        .filter(line -> line.level().compareTo(least) <= 0)
        .toList();
  }

  private static List<JobLog.Line> last(Context context, List<JobLog.Line> lines) {
    int limit = Params.of(context).whole("limit", MAX_LINES, 1, MAX_LINES);
    return lines.subList(Math.max(0, lines.size() - limit), lines.size());
  }

  private void cancel(Context context) {
    String project = access.studio(context);
    ClassifyJob job = finder.find(project, context.pathParam("jobId"));
    for (JsonNode each : job.all()) {
      if (!ClassifyJob.hasEnded(each)) {
        jobs.cancel(project, each.path("id").longValue());
      }
    }
    HttpApi.json(context, 200, success());
  }

  private void update(Context context) {
    String project = access.studio(context);
    finder.find(project, context.pathParam("jobId"));
    JsonNode uids = body(context).path("jobNotificationUids");
    if (uids.isArray() && !uids.isEmpty()) {
      throw Params.wrong("jobNotificationUids", "must be empty: nobody is told by e-mail here");
    }
    HttpApi.json(context, 200, success());
  }

  private static JsonNode body(Context context) {
    byte[] body = context.bodyAsBytes();
    return body.length == 0 ? Json.MAPPER.createObjectNode() : Json.parse(body);
  }

  static ObjectNode success() {
    return Json.MAPPER.createObjectNode().put("success", true);
  }
}
