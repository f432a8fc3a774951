package io.fanfold.ingest.dialect.deepva;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.JobUuids;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs with what was found, and pages of them. */
final class JobList {

  /** Each job's results are a lookup of their own: longer pages go without. */
  static final int MAX_WITH_RESULTS = 100;

  private static final int MAX_JOBS = 1_000;
  private static final int MAX_OFFSET = 10_000;

  private final Jobs jobs;

  JobList(Jobs jobs) {
    this.jobs = jobs;
  }

  /** What is known of a job's sources, which are few enough for one page. */
  Results results(String project, JsonNode job) {
    if (job.path("status").asText().equals("QUEUED")) {
      return without(job);
    }
    long id = job.path("id").longValue();
    JsonNode items =
        jobs.items(project, id, Map.of("limit", Integer.toString(JobBody.MAX_SOURCES)))
            .path("items");
    return new Results(id, items, JobView.request(job));
  }

  /**
   * @param search an id or a tag; null for all
   * @param tag null for all
   */
  ObjectNode page(String project, Page asked, String search, String tag, String base) {
    Page page = asked.atMost(MAX_JOBS);
    var filters = new LinkedHashMap<String, String>();
    if (search != null && !search.isEmpty()) {
      filters.put("search", search);
    }
    if (tag != null && !tag.isEmpty()) {
      filters.put("tag", tag);
    }
    String url = base + "/jobs/";
    var id = JobUuids.parse(filters.getOrDefault("search", ""));
    if (id.isPresent()) {
      return byId(project, id.getAsLong(), page, filters, base);
    }
    String wanted = filters.getOrDefault("tag", filters.get("search"));
    if (wanted != null && !wanted.equals(filters.getOrDefault("search", wanted))) {
      return page.envelope(Json.MAPPER.createArrayNode(), 0, url, filters);
    }
    if (page.offset() > MAX_OFFSET) {
      JsonFields.refuse(List.of(new FieldError("offset", "must be at most " + MAX_OFFSET)));
    }
    var query = new LinkedHashMap<String, String>();
    query.put("offset", Integer.toString(page.offset()));
    query.put("limit", Integer.toString(page.limit()));
    if (wanted != null) {
      query.put("tag", wanted);
    }
    JsonNode found = jobs.list(project, DeepVaDialect.NAME, query);
    ArrayNode data = Json.MAPPER.createArrayNode();
    boolean withResults = found.path("jobs").size() <= MAX_WITH_RESULTS;
    for (JsonNode job : found.path("jobs")) {
      data.add(JobView.of(job, withResults ? resultsIfThere(project, job) : without(job), base));
    }
    return page.envelope(data, found.path("total").asLong(), url, filters);
  }

  /** A job may be deleted after it was listed. */
  private Results resultsIfThere(String project, JsonNode job) {
    try {
      return results(project, job);
    } catch (ProblemException e) {
      if (e.problem().status() == 404) {
        return without(job);
      }
      throw e;
    }
  }

  private ObjectNode byId(
      String project, long id, Page page, Map<String, String> filters, String base) {
    ArrayNode all = Json.MAPPER.createArrayNode();
    jobs.find(project, DeepVaDialect.NAME, id)
        .filter(job -> filters.getOrDefault("tag", tag(job)).equals(tag(job)))
        .ifPresent(job -> all.add(JobView.of(job, results(project, job), base)));
    return page.slice(all, base + "/jobs/");
  }

  private static String tag(JsonNode job) {
    return job.path("tag").asText("");
  }

  private static Results without(JsonNode job) {
    return new Results(
        job.path("id").longValue(), Json.MAPPER.createArrayNode(), JobView.request(job));
  }
}
