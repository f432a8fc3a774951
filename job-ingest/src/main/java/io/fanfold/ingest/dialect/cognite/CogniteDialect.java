package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.DialectParts;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.ingest.files.FileRegistry;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.RegisteredFile;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.config.ConfigDef;

/** Cognite Vision extract: a job is started, and asked for until it has ended. */
public final class CogniteDialect implements Dialect {

  public static final String NAME = "cognite";

  private static final String EXTRACT = "/api/v1/projects/{project}/context/vision/extract";

  // More than a job can have.
  private static final Map<String, String> ALL_ITEMS = Map.of("limit", "1000");

  private final CogniteAuth auth;
  private final Jobs jobs;
  private final FileRegistry files;
  private final int batchSize;

  /** Reads the configuration; nothing is called yet. */
  public CogniteDialect(DialectParts parts) {
    this.auth = CogniteAuth.of(parts);
    this.jobs = parts.jobs();
    this.files = parts.files();
    this.batchSize = parts.config().getInt(CogniteConfig.BATCH_SIZE);
  }

  /** Its configuration keys. */
  public static ConfigDef define(ConfigDef definition) {
    return CogniteConfig.define(definition);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(EXTRACT, this::start), Route.get(EXTRACT + "/{jobId}", this::results));
  }

  @Override
  public void refuse(Context context, Problem problem) {
    CogniteErrors.answer(context, problem);
  }

  // Clients send it again only after a 429, which therefore must not come once there is a job.
  private void start(Context context) {
    String project = auth.project(context);
    ExtractRequest request = ExtractRequest.read(ExtractBody.read(context));
    List<String> duplicated = request.duplicated();
    if (!duplicated.isEmpty()) {
      HttpApi.json(context, 400, CogniteErrors.duplicated(duplicated));
      return;
    }
    var found = new ArrayList<RegisteredFile>();
    var missing = new ArrayList<ObjectNode>();
    for (FileReference item : request.items()) {
      item.find(files, project).ifPresentOrElse(found::add, () -> missing.add(item.missing()));
    }
    if (!missing.isEmpty()) {
      HttpApi.json(context, 400, CogniteErrors.missing(missing));
      return;
    }
    JsonNode job =
        jobs.submit(ExtractJob.of(project, request, found, batchSize, jobs.features())).job();
    HttpApi.json(context, 200, started(job));
  }

  private void results(Context context) {
    String project = auth.project(context);
    OptionalLong id = JobIds.parse(context.pathParam("jobId"));
    JsonNode job =
        (id.isPresent() ? jobs.find(project, NAME, id.getAsLong()) : Optional.<JsonNode>empty())
            .orElseThrow(CogniteDialect::noSuchJob);
    // After the job: of one that has ended, all items are there.
    JsonNode items = jobs.items(project, job.get("id").longValue(), ALL_ITEMS).get("items");
    HttpApi.json(context, 200, results(job, items));
  }

  static ObjectNode started(JsonNode job) {
    JsonNode request = job.get("dialect").get("request");
    ObjectNode answer = ExtractStatus.of(job);
    answer.set("items", request.get("items"));
    answer.set("features", request.get("features"));
    addParameters(answer, request);
    return answer;
  }

  static ObjectNode results(JsonNode job, JsonNode items) {
    JsonNode request = job.get("dialect").get("request");
    ObjectNode answer = ExtractStatus.of(job);
    ExtractResults.add(answer, request, items);
    addParameters(answer, request);
    return answer;
  }

  private static void addParameters(ObjectNode answer, JsonNode request) {
    if (request.has("parameters")) {
      answer.set("parameters", request.get("parameters"));
    }
  }

  /** 400: the original documents that and no 404, and its clients repeat neither. */
  private static RuntimeException noSuchJob() {
    return Problem.of(400, "NO_SUCH_JOB", "There is no such job", "There is no such job")
        .exception();
  }
}
