package io.fanfold.ingest.dialect.imageintelligence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.ingest.dialect.Jobs;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Match jobs with their images, one or those that a search finds. */
final class Matches {

  /** The original has no pages; each job's images are a lookup of their own. */
  static final int MAX_FOUND = 500;

  private static final int MAX_PAGES = 20;

  private final Jobs jobs;

  Matches(Jobs jobs) {
    this.jobs = jobs;
  }

  ObjectNode view(String project, JsonNode job) {
    JsonNode items =
        job.path("status").asText().equals("QUEUED")
            ? Json.MAPPER.createArrayNode()
            : jobs.items(
                    project,
                    job.path("id").longValue(),
                    Map.of("limit", Integer.toString(MatchBody.MAX_IMAGES)))
                .path("items");
    return MatchView.of(job, items);
  }

  /**
   * Newest first.
   *
   * @param asked the request's parameters by name
   */
  ArrayNode search(String project, Map<String, String> asked) {
    Map<String, String> query = query(asked);
    ArrayNode found = Json.MAPPER.createArrayNode();
    // A page may be short, or empty, and still not be the last.
    for (int pages = 0; pages < MAX_PAGES && found.size() < MAX_FOUND; pages++) {
      JsonNode page = jobs.list(project, ImageIntelligenceDialect.NAME, query);
      for (JsonNode job : page.path("jobs")) {
        if (found.size() < MAX_FOUND) {
          viewIfThere(project, job).ifPresent(found::add);
        }
      }
      if (!page.path("nextCursor").isTextual()) {
        break;
      }
      query.put("cursor", page.get("nextCursor").textValue());
    }
    return found;
  }

  /** Bounds are in milliseconds, and neither is in; jobs are lists' from a moment on. */
  static Map<String, String> query(Map<String, String> asked) {
    var query = new LinkedHashMap<String, String>();
    query.put("limit", Integer.toString(MAX_FOUND));
    for (String name : List.of("customId", "feedId")) {
      if (!asked.getOrDefault(name, "").isEmpty()) {
        query.put(name, asked.get(name));
      }
    }
    time(asked, "before").ifPresent(ms -> query.put("createdBefore", text(ms)));
    time(asked, "after").ifPresent(ms -> query.put("createdAfter", text(ms + 1)));
    return query;
  }

  /** A job may be deleted after it was found. */
  private Optional<ObjectNode> viewIfThere(String project, JsonNode job) {
    try {
      return Optional.of(view(project, job));
    } catch (ProblemException e) {
      if (e.problem().status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<Long> time(Map<String, String> asked, String name) {
    String text = asked.getOrDefault(name, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("[0-9]{1,13}")) {
      JsonFields.refuse(List.of(new FieldError(name, "must be a time in milliseconds")));
    }
    return Optional.of(Long.parseLong(text));
  }

  private static String text(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }
}
