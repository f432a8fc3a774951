package io.fanfold.ingest.dialect.rekognition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.Json;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs that are there because a test says so. */
final class FakeJobs implements Jobs {

  static final long ID = 2_318_745_862_144L;

  final List<JobSubmission> submitted = new ArrayList<>();
  final Map<Long, JsonNode> jobs = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  ProblemException problem;
  ObjectNode page = Json.MAPPER.createObjectNode();

  @Override
  public Accepted submit(JobSubmission submission) {
    refuse();
    submitted.add(submission);
    return new Accepted(Json.MAPPER.createObjectNode().put("id", ID), false);
  }

  @Override
  public Optional<JsonNode> find(String project, String dialect, long id) {
    refuse();
    asked.add(project + " " + dialect + " " + id);
    return Optional.ofNullable(jobs.get(id));
  }

  @Override
  public JsonNode list(String project, String dialect, Map<String, String> query) {
    refuse();
    asked.add(project + " " + dialect + " " + query);
    return page;
  }

  private void refuse() {
    if (problem != null) {
      throw problem;
    }
  }

  @Override
  public Map<String, FeatureOffer> features() {
    throw new UnsupportedOperationException();
  }

  @Override
  public JsonNode items(String project, long id, Map<String, String> query) {
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
}
