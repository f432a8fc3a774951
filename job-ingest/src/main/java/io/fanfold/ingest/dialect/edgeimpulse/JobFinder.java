package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Classify jobs and what there is of them, as lookups have it. */
final class JobFinder {

  /**
   * A part of a list.
   *
   * @param total jobs that the whole list has
   */
  record Page(List<ClassifyJob> jobs, long total) {

    Page {
      jobs = List.copyOf(jobs);
    }
  }

  static final int MAX_LIMIT = 1_000;

  /** The most jobs that are looked at for a list that lookups cannot filter alone. */
  private static final int MAX_SCAN = 10_000;

  private static final int SCAN_PAGE = 500;

  /** Items asked for at once; those of long samples are long. */
  private static final int ITEMS_PAGE = 100;

  private final Jobs jobs;

  JobFinder(Jobs jobs) {
    this.jobs = jobs;
  }

  ClassifyJob find(String project, String id) {
    return Upload.id(id)
        .flatMap(number -> find(project, number))
        .map(job -> withChildren(project, job, Map.of()))
        .orElseThrow(() -> Problem.notFound("There is no job " + id).exception());
  }

  private Optional<JsonNode> find(String project, long id) {
    return jobs.find(project, EdgeImpulseDialect.NAME, id);
  }

  /** A page of a list that lookups filter and count, newest first. */
  Page page(String project, Map<String, String> filters, int offset, int limit) {
    var query = new LinkedHashMap<>(filters);
    query.put("limit", Integer.toString(limit));
    query.put("offset", Integer.toString(offset));
    JsonNode found = jobs.list(project, EdgeImpulseDialect.NAME, query);
    return new Page(joined(project, found.path("jobs")), found.path("total").asLong());
  }

  /** A page of what else may be asked for, newest first: the jobs are looked at one by one. */
  Page scan(
      String project,
      Map<String, String> filters,
      Predicate<ClassifyJob> wanted,
      int offset,
      int limit) {
    var found = new ArrayList<ClassifyJob>();
    long total = 0;
    int seen = 0;
    String cursor = null;
    do {
      var query = new LinkedHashMap<>(filters);
      query.put("limit", Integer.toString(SCAN_PAGE));
      if (cursor != null) {
        query.put("cursor", cursor);
      }
      JsonNode page = jobs.list(project, EdgeImpulseDialect.NAME, query);
      for (ClassifyJob job : joined(project, page.path("jobs"))) {
        seen++;
        if (wanted.test(job)) {
          if (total >= offset && found.size() < limit) {
            found.add(job);
          }
          total++;
        }
      }
      cursor = page.path("nextCursor").textValue();
    } while (cursor != null && seen < MAX_SCAN);
    return new Page(found, total);
  }

  /** The job whose results those of an impulse and variant are. */
  Optional<JsonNode> latest(String project, long impulseId, String variant) {
    String customId = ClassifyRequest.customId(impulseId, variant);
    Optional<JsonNode> whole =
        first(list(project, Map.of("customId", customId, "status", "COMPLETED", "limit", "1")));
    return whole.isPresent()
        ? whole
        : first(
            list(project, Map.of("customId", customId, "limit", "100")).stream()
                .filter(job -> job.path("counts").path("succeeded").asLong() > 0)
                .toList());
  }

  /** Variants that have results. */
  List<String> variants(String project, long impulseId) {
    return ClassifyRequest.VARIANTS.stream()
        .filter(variant -> latest(project, impulseId, variant).isPresent())
        .toList();
  }

  /** The newest job of any variant with results. */
  Optional<JsonNode> latest(String project, long impulseId) {
    return ClassifyRequest.VARIANTS.stream()
        .flatMap(variant -> latest(project, impulseId, variant).stream())
        // A root is made after its children, and stands for them.
        .max(Comparator.comparingLong(job -> job.path("id").longValue()));
  }

  /**
   * Tells items of a job that succeeded, in order.
   *
   * @param limit the most that are told
   * @return how many items of the job have succeeded
   */
  long succeeded(String project, JsonNode job, int offset, int limit, Consumer<JsonNode> told) {
    var query = new LinkedHashMap<String, String>();
    query.put("outcome", "succeeded");
    query.put("offset", Integer.toString(offset));
    long total = 0;
    int left = limit;
    String cursor;
    do {
      query.put("limit", Integer.toString(Math.min(left, ITEMS_PAGE)));
      JsonNode page = jobs.items(project, job.path("id").longValue(), Map.copyOf(query));
      total = Math.max(total, page.path("total").asLong());
      for (JsonNode item : page.path("items")) {
        told.accept(item);
        left--;
      }
      cursor = page.path("nextCursor").textValue();
      // The cursor says where to go on.
      query.remove("offset");
      query.put("cursor", cursor == null ? "" : cursor);
    } while (left > 0 && cursor != null);
    return total;
  }

  /** A job's log, all variants together. */
  List<JobLog.Line> log(String project, ClassifyJob job) {
    var lines = new ArrayList<JobLog.Line>();
    for (JsonNode each : job.all()) {
      JsonNode batches =
          each.path("batches").path("total").asLong() == 0
              ? Json.MAPPER.createArrayNode()
              : jobs.batches(project, each.path("id").longValue(), Map.of("limit", "1000"))
                  .path("batches");
      lines.addAll(JobLog.of(each, batches));
    }
    lines.sort(Comparator.comparing(JobLog.Line::created));
    return lines;
  }

  private List<JsonNode> list(String project, Map<String, String> query) {
    var found = new ArrayList<JsonNode>();
    jobs.list(project, EdgeImpulseDialect.NAME, query).path("jobs").forEach(found::add);
    return found;
  }

  private static Optional<JsonNode> first(List<JsonNode> jobs) {
    return jobs.stream().findFirst();
  }

  private List<ClassifyJob> joined(String project, JsonNode list) {
    var byId = new HashMap<Long, JsonNode>();
    list.forEach(job -> byId.put(job.path("id").longValue(), job));
    var joined = new ArrayList<ClassifyJob>();
    list.forEach(job -> joined.add(withChildren(project, job, byId)));
    return joined;
  }

  private ClassifyJob withChildren(String project, JsonNode job, Map<Long, JsonNode> known) {
    var children = new ArrayList<JsonNode>();
    for (long id : ClassifyJob.children(job)) {
      JsonNode child = known.get(id);
      if (child == null) {
        child = find(project, id).orElse(null);
      }
      if (child != null) {
        children.add(child);
      }
    }
    return new ClassifyJob(job, children);
  }
}
