package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs that wait for ever, by project; remembers what it was asked. */
final class WaitingJobs implements Jobs {

  final List<String> asked = new ArrayList<>();
  private final Map<Long, JsonNode> jobs = new LinkedHashMap<>();

  @Override
  public Map<String, FeatureOffer> features() {
    return Map.of();
  }

  @Override
  public Accepted submit(JobSubmission submission) {
    long id = 7_000_000_000_000L + jobs.size();
    var job = new BatchSplitter(100).accept(id, submission, ApiServer.NOW);
    JsonNode json = Json.parse(Json.bytes(JobJson.of(JobStates.queued(job), job.getCreatedAt())));
    jobs.put(id, json);
    return new Accepted(json, false);
  }

  @Override
  public Optional<JsonNode> find(String project, String dialect, long id) {
    return Optional.ofNullable(jobs.get(id)).filter(job -> isOf(job, project, dialect));
  }

  @Override
  public JsonNode list(String project, String dialect, Map<String, String> query) {
    asked.add("list " + query);
    ObjectNode page = Json.MAPPER.createObjectNode();
    ArrayNode list = page.putArray("jobs");
    jobs.values().stream().filter(job -> isOf(job, project, dialect)).forEach(list::add);
    return page.put("total", list.size()).put("hasMore", false).putNull("nextCursor");
  }

  @Override
  public JsonNode items(String project, long id, Map<String, String> query) {
    throw new AssertionError("nothing has run");
  }

  @Override
  public JsonNode batches(String project, long id, Map<String, String> query) {
    throw new AssertionError("nothing has run");
  }

  @Override
  public JsonNode artifacts(String project, long id) {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer
        .putArray("artifacts")
        .addObject()
        .put("name", "results.jsonl")
        .put("mediaType", "application/jsonl");
    return answer;
  }

  @Override
  public Optional<InputStream> artifact(String project, long id, String name) {
    return Optional.of(
        new ByteArrayInputStream(("{\"of\":\"" + name + "\"}\n").getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void cancel(String project, long id) {
    asked.add("cancel " + project + " " + id);
  }

  @Override
  public void delete(String project, long id) {
    asked.add("delete " + project + " " + id);
    jobs.remove(id);
  }

  private static boolean isOf(JsonNode job, String project, String dialect) {
    return job.path("project").asText().equals(project)
        && job.path("dialect").path("name").asText().equals(dialect);
  }
}
