package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.Sample;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * {@code /v1/api/{projectId}/classify/all/result}: results belong to an impulse and a variant. They
 * are those of its newest job that has completed; before there is one, of the newest that has any.
 */
final class ResultRoutes {

  private static final String PATH = "/v1/api/{projectId}/classify/all/result";
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_OFFSET = 10_000;

  private final Access access;
  private final Settings settings;
  private final SampleRegistry registry;
  private final JobFinder finder;

  ResultRoutes(Access access, Settings settings, SampleRegistry registry, JobFinder finder) {
    this.access = access;
    this.settings = settings;
    this.registry = registry;
    this.finder = finder;
  }

  List<Route> routes() {
    return List.of(Route.get(PATH, this::whole), Route.get(PATH + "/page", this::page));
  }

  private void page(Context context) {
    String project = access.studio(context);
    Params params = Params.of(context);
    int limit = params.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    int offset = params.whole("offset", 0, 0, MAX_OFFSET);
    Predicate<Sample> filter = SampleFilter.of(params);
    JsonNode job = job(project, params);
    var page = new ResultPage(job, settings);
    long total;
    if (SampleFilter.isAny(params)) {
      total = items(project, job, offset, limit, (item, sample) -> page.add(item, sample));
    } else {
      var matched = new Matched(offset, limit);
      items(
          project,
          job,
          0,
          Integer.MAX_VALUE,
          (item, sample) -> {
            if (filter.test(sample) && matched.isOnPage()) {
              page.add(item, sample);
            }
          });
      total = matched.count;
    }
    HttpApi.json(context, 200, page.json().put("totalCount", total));
  }

  private void whole(Context context) {
    String project = access.studio(context);
    Params params = Params.of(context);
    JsonNode job = job(project, params);
    var page = new ResultPage(job, settings);
    items(project, job, 0, Integer.MAX_VALUE, (item, sample) -> page.add(item, sample));
    ObjectNode body = page.json();
    body.set("accuracy", page.accuracy().json());
    ObjectNode metrics = body.putArray("additionalMetricsByLearnBlock").addObject();
    metrics.put("learnBlockId", SampleResult.CLASSIFIER_ID);
    metrics.put("learnBlockName", SampleResult.CLASSIFIER);
    metrics.set("additionalMetrics", page.accuracy().metrics());
    ArrayNode variants = body.putArray("availableVariants");
    finder.variants(project, impulse(params)).forEach(variants::add);
    HttpApi.json(context, 200, body);
  }

  private JsonNode job(String project, Params params) {
    String variant = params.oneOf("variant", ClassifyRequest.ALL_VARIANTS);
    long impulse = impulse(params);
    Optional<JsonNode> job =
        variant == null
            ? finder.latest(project, impulse)
            : finder.latest(project, impulse, variant);
    return job.orElseThrow(
        () ->
            Problem.notFound(
                    "There are no classify results of impulse "
                        + impulse
                        + "; run a"
                        + " classify job first")
                .exception());
  }

  private static long impulse(Params params) {
    Long given = params.whole("impulseId");
    return given == null ? ClassifyRequest.DEFAULT_IMPULSE : given;
  }

  /**
   * Tells items that succeeded, with their samples where those are still there.
   *
   * @return how many items of the job have succeeded
   */
  private long items(
      String project, JsonNode job, int offset, int limit, BiConsumer<JsonNode, Sample> told) {
    return finder.succeeded(
        project,
        job,
        offset,
        limit,
        item ->
            Upload.id(item.path("customId").asText())
                .flatMap(id -> registry.find(project, id))
                .ifPresent(sample -> told.accept(item, sample)));
  }

  /** Which of those that match are on the page. */
  private static final class Matched {
    private final int offset;
    private final int limit;
    private long count;

    Matched(int offset, int limit) {
      this.offset = offset;
      this.limit = limit;
    }

    boolean isOnPage() {
      long nth = count++;
      return nth >= offset && nth - offset < limit;
    }
  }
}
