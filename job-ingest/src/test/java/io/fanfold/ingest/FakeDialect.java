package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.Dialect;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.ingest.dialect.Route;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.JobSubmission;
import io.javalin.http.Context;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A dialect as small as can be, beside the native API and in its way. */
final class FakeDialect implements Dialect {

  private final Jobs jobs;

  FakeDialect(Jobs jobs) {
    this.jobs = jobs;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post("/fake/jobs", this::submit),
        Route.get("/fake/jobs/{id}", this::find),
        Route.delete("/fake/jobs/{id}", this::delete),
        Route.get("/fake/jobs/{id}/results", this::results),
        Route.get("/fake/broken", context -> throwIt()),
        Route.get("/v1/jobs/{id}", this::find));
  }

  @Override
  public boolean claims(Context context) {
    return "Fake".equals(context.header("Authorization"));
  }

  @Override
  public void refuse(Context context, Problem problem) {
    HttpApi.json(context, problem.status(), Map.of("wrong", problem.code()));
  }

  @Override
  public Optional<JsonNode> webhookBody(JsonNode job) {
    return Optional.of(Json.MAPPER.createObjectNode().put("fake", job.get("id").asLong()));
  }

  private void submit(Context context) {
    String token = context.queryParam("token");
    var submission =
        JobSubmission.newBuilder()
            .setProject("team")
            .setItems(List.of(Item.newBuilder().setUri(context.body()).build()))
            .setFeatures(List.of(new Feature("TextDetection", Map.of())))
            .setSubmissionId(token)
            .setDialect(new io.fanfold.schemas.Dialect("fake", "{\"asked\":true}"))
            .build();
    Jobs.Accepted accepted = jobs.submit(submission);
    HttpApi.json(context, 200, Map.of("fakeId", accepted.id(), "replayed", accepted.replayed()));
  }

  private void find(Context context) {
    JsonNode job =
        jobs.find("team", name(), Long.parseLong(context.pathParam("id")))
            .orElseThrow(() -> Problem.notFound("no fake").exception());
    HttpApi.json(context, 200, Map.of("found", job.get("id")));
  }

  private void delete(Context context) {
    jobs.delete("team", Long.parseLong(context.pathParam("id")));
    context.status(204);
  }

  private void results(Context context) throws Exception {
    long id = Long.parseLong(context.pathParam("id"));
    try (InputStream content = jobs.artifact("team", id, "results.jsonl").orElseThrow()) {
      context.result(new String(content.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void throwIt() {
    throw new IllegalStateException("broken on purpose");
  }
}
