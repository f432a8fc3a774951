package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.Sample;
import io.javalin.http.Context;
import java.util.Comparator;
import java.util.List;

/** {@code /v1/api/{projectId}/raw-data}: the samples of a data set, newest first. */
final class RawDataRoutes {

  private static final String PATH = "/v1/api/{projectId}/raw-data";
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;
  private static final List<String> CATEGORIES =
      List.of("training", "testing", "validation", "post-processing", "all");

  private final Access access;
  private final SampleRegistry registry;
  private final SampleIntake intake;

  RawDataRoutes(Access access, SampleRegistry registry, SampleIntake intake) {
    this.access = access;
    this.registry = registry;
    this.intake = intake;
  }

  List<Route> routes() {
    return List.of(
        Route.get(PATH, this::list),
        Route.get(PATH + "/count", this::count),
        Route.delete(PATH + "/{sampleId}", this::delete));
  }

  private void list(Context context) {
    List<Sample> found = found(context);
    Params params = Params.of(context);
    int offset = params.whole("offset", 0, 0, Integer.MAX_VALUE);
    int limit = params.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    ObjectNode body = JobRoutes.success();
    ArrayNode list = body.putArray("samples");
    found.stream().skip(offset).limit(limit).map(SampleJson::of).forEach(list::add);
    HttpApi.json(context, 200, body.put("totalCount", found.size()));
  }

  private void count(Context context) {
    HttpApi.json(context, 200, JobRoutes.success().put("count", found(context).size()));
  }

  private void delete(Context context) {
    String project = access.studio(context);
    Sample sample =
        Upload.id(context.pathParam("sampleId"))
            .flatMap(id -> registry.find(project, id))
            .orElseThrow(() -> Problem.notFound("There is no such sample").exception());
    intake.remove(sample);
    HttpApi.json(context, 200, JobRoutes.success());
  }

  private List<Sample> found(Context context) {
    String project = access.studio(context);
    Params params = Params.of(context);
    String category = params.oneOf("category", CATEGORIES);
    if (category == null) {
      throw Params.wrong("category", "is required");
    }
    return registry.of(project).stream()
        .filter(
            sample ->
                category.equals("all") || category.equalsIgnoreCase(sample.getCategory().name()))
        .filter(SampleFilter.of(params))
        .sorted(Comparator.comparingLong(Sample::getId).reversed())
        .toList();
  }
}
