package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.Json;
import io.fanfold.schemas.JobStatus;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** The list of a project's jobs. */
final class JobsApi {

  private static final int MAX_FILTERS = 16;
  private static final List<String> FIELDS =
      List.of(JobIndex.CUSTOM_ID, JobIndex.FEED_ID, JobIndex.TAG, JobIndex.STATUS, JobIndex.NAME);

  private final JobSearch search;
  private final Cursors cursors;
  private final Clock clock;

  JobsApi(JobSearch search, Cursors cursors, Clock clock) {
    this.search = search;
    this.cursors = cursors;
    this.clock = clock;
  }

  void list(Context context) {
    int limit = HttpApi.intParam(context, "limit", 20, 1, Params.MAX_LIMIT);
    int offset = HttpApi.intParam(context, "offset", 0, 0, Params.MAX_OFFSET);
    JobQuery query = query(context);
    String scope = "jobs " + query;
    String cursor = Params.text(context, "cursor");
    if (cursor != null && offset > 0) {
      throw Params.invalid("offset", "cannot be given with cursor");
    }
    String after = cursor == null ? null : cursors.decode(scope, cursor, Cursors.KEPT);
    JobSearch.Page page = search.page(query, after, offset, limit);
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("jobs");
    Instant now = clock.instant();
    page.jobs().forEach(job -> list.add(JobJson.of(job, now)));
    body.put("total", page.total().orElse(null));
    body.put("limit", limit);
    body.put("offset", offset);
    body.put("hasMore", page.next() != null);
    body.put("nextCursor", page.next() == null ? null : cursors.encode(scope, page.next()));
    HttpApi.json(context, 200, body);
  }

  private static JobQuery query(Context context) {
    var filters = new TreeMap<String, String>();
    for (String field : FIELDS) {
      String value = Params.text(context, field);
      if (value != null) {
        filters.put(field, value);
      }
    }
    String status = filters.get(JobIndex.STATUS);
    if (status != null
        && Arrays.stream(JobStatus.values()).noneMatch(s -> s.name().equals(status))) {
      throw Params.invalid(JobIndex.STATUS, "must be one of " + List.of(JobStatus.values()));
    }
    for (String name : context.queryParamMap().keySet()) {
      if (name.startsWith(JobIndex.METADATA)) {
        filters.put(name, Params.text(context, name));
        if (filters.size() > MAX_FILTERS) {
          throw Params.invalid(name, "is one filter too many: at most " + MAX_FILTERS);
        }
      }
    }
    return new JobQuery(
        HttpApi.project(context),
        Params.text(context, "dialect"),
        filters,
        Params.moment(context, "createdBefore"),
        Params.moment(context, "createdAfter"));
  }
}
