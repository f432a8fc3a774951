package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.Sample;
import io.javalin.http.Context;
import java.util.List;

/** What the ingestion service takes: one recording as the body, or several as a form. */
final class IngestionRoutes {

  private final Access access;
  private final SampleIntake intake;

  IngestionRoutes(Access access, SampleIntake intake) {
    this.access = access;
    this.intake = intake;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/api/{category}/data", this::data),
        Route.post("/api/{category}/files", this::files));
  }

  /** Answers with the name of the sample, as plain text. */
  private void data(Context context) {
    String project = access.upload(context);
    Upload upload =
        Upload.read(
            context.pathParam("category"),
            context::header,
            context.header("x-file-name"),
            context.contentType(),
            context.bodyAsBytes());
    Sample sample = intake.add(project, upload);
    context.status(200).contentType("text/plain; charset=utf-8").result(sample.getFilename());
  }

  /** Answers for each file by itself: one that is wrong does not keep the others out. */
  private void files(Context context) {
    String project = access.upload(context);
    List<Multipart.Part> parts = Multipart.parse(context.contentType(), context.bodyAsBytes());
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode files = Json.MAPPER.createArrayNode();
    boolean allGood = true;
    for (Multipart.Part part : parts) {
      if (part.filename() != null) {
        ObjectNode answer = file(context, project, part);
        allGood &= answer.path("success").booleanValue();
        files.add(answer);
      }
    }
    if (files.isEmpty()) {
      throw Params.wrong("data", "must have at least one file");
    }
    body.put("success", allGood);
    if (!allGood) {
      body.put("error", "Some files were not taken");
    }
    body.set("files", files);
    HttpApi.json(context, 200, body);
  }

  private ObjectNode file(Context context, String project, Multipart.Part part) {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    try {
      Upload upload =
          Upload.read(
              context.pathParam("category"),
              context::header,
              part.filename(),
              part.contentType(),
              part.content());
      Sample sample = intake.add(project, upload);
      return answer
          .put("success", true)
          .put("projectId", Long.parseLong(project))
          .put("sampleId", sample.getId())
          .put("fileName", sample.getFilename());
    } catch (ProblemException e) {
      return answer
          .put("success", false)
          .put("fileName", part.filename())
          .put("error", e.problem().detail());
    }
  }
}
