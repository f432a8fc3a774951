package io.fanfold.ingest.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonBody;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.RegisteredFile;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** {@code /v1/files}: files that jobs can name by an id. */
public final class FilesApi {

  private static final int MAX_LIMIT = 1_000;
  private static final int DEFAULT_LIMIT = 100;

  private final RegisteredFiles files;
  private final JobIds ids;
  private final UnaryOperator<String> uriProblem;
  private final Clock clock;

  /**
   * @param ids also those of jobs, so that no file has a job's id
   * @param uriProblem says what is wrong with the URI of an item, or null
   */
  public FilesApi(
      RegisteredFiles files, JobIds ids, UnaryOperator<String> uriProblem, Clock clock) {
    this.files = files;
    this.ids = ids;
    this.uriProblem = uriProblem;
    this.clock = clock;
  }

  public void routes(RoutesConfig routes) {
    routes.post("/v1/files", this::register);
    routes.get("/v1/files", this::list);
    routes.get("/v1/files/{id}", this::show);
    routes.delete("/v1/files/{id}", this::delete);
  }

  private void register(Context context) {
    String project = HttpApi.project(context);
    List<RegisteredFile> given =
        FileRequest.read(
            JsonBody.read(context),
            project,
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            uriProblem);
    identify(project, given);
    context.future(
        () ->
            files
                .register(given)
                .thenAccept(
                    done -> {
                      ObjectNode body = Json.MAPPER.createObjectNode();
                      var list = body.putArray("files");
                      given.forEach(file -> list.add(json(file)));
                      HttpApi.json(context, 201, body);
                    }));
  }

  /** Those without an id get that of the file with their external id, or a new one. */
  private void identify(String project, List<RegisteredFile> given) {
    var errors = new ArrayList<FieldError>();
    var taken = new HashSet<Long>();
    for (int i = 0; i < given.size(); i++) {
      RegisteredFile file = given.get(i);
      Optional<Long> same =
          Optional.ofNullable(file.getExternalId())
              .flatMap(externalId -> files.byExternalId(project, externalId))
              .map(RegisteredFile::getId);
      if (file.getId() == 0) {
        file.setId(same.orElseGet(ids::next));
      } else if (same.isPresent() && same.get() != file.getId()) {
        errors.add(
            new FieldError("files[" + i + "].externalId", "is that of the file " + same.get()));
      }
      if (!taken.add(file.getId())) {
        errors.add(new FieldError("files[" + i + "].externalId", "is that of another file here"));
      }
    }
    JsonFields.refuse(errors);
  }

  private void list(Context context) {
    String project = HttpApi.project(context);
    String externalId = context.queryParam("externalId");
    int limit = HttpApi.intParam(context, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    List<RegisteredFile> page =
        externalId == null
            ? files.after(project, cursor(context), limit + 1)
            : files.byExternalId(project, externalId).stream().toList();
    boolean hasMore = page.size() > limit;
    ObjectNode body = Json.MAPPER.createObjectNode();
    var list = body.putArray("files");
    page.stream().limit(limit).forEach(file -> list.add(json(file)));
    body.put("hasMore", hasMore);
    body.put("nextCursor", hasMore ? Long.toString(page.get(limit - 1).getId()) : null);
    HttpApi.json(context, 200, body);
  }

  private static long cursor(Context context) {
    String cursor = context.queryParam("cursor");
    return cursor == null
        ? 0
        : JobIds.parse(cursor)
            .orElseThrow(
                () ->
                    Problem.invalid(List.of(new FieldError("cursor", "is not one of ours")))
                        .exception());
  }

  private void show(Context context) {
    RegisteredFile file =
        files
            .byId(HttpApi.project(context), id(context))
            .orElseThrow(() -> Problem.notFound("There is no such file").exception());
    HttpApi.json(context, 200, json(file));
  }

  private void delete(Context context) {
    String project = HttpApi.project(context);
    long id = id(context);
    if (files.byId(project, id).isEmpty()) {
      throw Problem.notFound("There is no such file").exception();
    }
    context.future(() -> files.delete(project, id).thenAccept(done -> context.status(204)));
  }

  private static long id(Context context) {
    return JobIds.parse(context.pathParam("id"))
        .orElseThrow(() -> Problem.notFound("There is no such file").exception());
  }

  private static ObjectNode json(RegisteredFile file) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", file.getId())
        .put("project", file.getProject())
        .put("externalId", file.getExternalId())
        .put("instanceSpace", file.getInstanceSpace())
        .put("instanceExternalId", file.getInstanceExternalId())
        .put("uri", file.getUri())
        .put("name", file.getName())
        .put("mediaType", file.getMediaType())
        .put("registeredAt", file.getRegisteredAt().toString());
  }
}
