package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.Json;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Jobs of one project in memory, listed newest first as the lookups do. */
class FakeJobs implements Jobs {

  final TreeMap<Long, ObjectNode> jobs = new TreeMap<>((a, b) -> Long.compare(b, a));
  final List<Map<String, String>> lists = new ArrayList<>();
  JsonNode batches = Json.MAPPER.createArrayNode();

  /** Items of each job, all of which succeeded. */
  int items;

  /** The longest page; a cursor is where the next one begins. */
  int pageSize = 2;

  ObjectNode put(ObjectNode job) {
    jobs.put(job.path("id").longValue(), job);
    return job;
  }

  @Override
  public Optional<JsonNode> find(String project, String dialect, long id) {
    return Optional.ofNullable(jobs.get(id));
  }

  @Override
  public JsonNode list(String project, String dialect, Map<String, String> query) {
    lists.add(Map.copyOf(query));
    List<ObjectNode> found =
        jobs.values().stream()
            .filter(job -> fits(job, query, "customId") && fits(job, query, "status"))
            .filter(job -> fits(job, query, "tag"))
            .toList();
    int from = Integer.parseInt(query.getOrDefault("cursor", query.getOrDefault("offset", "0")));
    int limit = Math.min(pageSize, Integer.parseInt(query.get("limit")));
    int to = Math.min(found.size(), from + limit);
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode list = answer.putArray("jobs");
    found.subList(Math.min(from, to), to).forEach(list::add);
    answer.put("total", found.size());
    answer.put("nextCursor", to < found.size() ? Integer.toString(to) : null);
    return answer;
  }

  private static boolean fits(JsonNode job, Map<String, String> query, String field) {
    return !query.containsKey(field) || query.get(field).equals(job.path(field).asText());
  }

  @Override
  public JsonNode batches(String project, long id, Map<String, String> query) {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    answer.set("batches", batches);
    return answer;
  }

  @Override
  public Map<String, FeatureOffer> features() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Accepted submit(JobSubmission submission) {
    throw new UnsupportedOperationException();
  }

  @Override
  public JsonNode items(String project, long id, Map<String, String> query) {
    lists.add(Map.copyOf(query));
    int from = Integer.parseInt(query.getOrDefault("cursor", query.getOrDefault("offset", "0")));
    int to = Math.min(items, from + Math.min(pageSize, Integer.parseInt(query.get("limit"))));
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode list = answer.putArray("items");
    for (int i = from; i < to; i++) {
      list.addObject().put("index", i);
    }
    answer.put("total", items);
    answer.put("nextCursor", to < items ? Integer.toString(to) : null);
    return answer;
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
