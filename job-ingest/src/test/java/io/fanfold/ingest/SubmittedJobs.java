package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs that stay as they were submitted. */
final class SubmittedJobs implements Jobs {

  private final List<JobSubmission> submitted = new ArrayList<>();
  private Problem refusal;

  List<JobSubmission> submitted() {
    return submitted;
  }

  /** What the next submissions end in. */
  void refuse(Problem problem) {
    refusal = problem;
  }

  @Override
  public Map<String, FeatureOffer> features() {
    return Map.of();
  }

  @Override
  public Accepted submit(JobSubmission submission) {
    if (refusal != null) {
      throw refusal.exception();
    }
    submitted.add(submission);
    return new Accepted(job(submitted.size()), false);
  }

  @Override
  public Optional<JsonNode> find(String project, String dialect, long id) {
    return id <= submitted.size() ? Optional.of(job((int) id)) : Optional.empty();
  }

  @Override
  public JsonNode items(String project, long id, Map<String, String> query) {
    ObjectNode page = Json.MAPPER.createObjectNode();
    var items = page.putArray("items");
    for (int i = 0; i < submitted.get((int) id - 1).getItems().size(); i++) {
      items.addObject().put("index", (long) i).put("batch", 0L).put("outcome", "PENDING");
    }
    return page;
  }

  @Override
  public JsonNode list(String project, String dialect, Map<String, String> query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JsonNode batches(String project, long id, Map<String, String> query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JsonNode artifacts(String project, long id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<InputStream> artifact(String project, long id, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void cancel(String project, long id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(String project, long id) {
    throw new UnsupportedOperationException();
  }

  private JsonNode job(int id) {
    var job = new BatchSplitter(100).accept(id, submitted.get(id - 1), ApiServer.NOW);
    return Json.parse(Json.bytes(JobJson.of(JobStates.queued(job), ApiServer.NOW)));
  }
}
