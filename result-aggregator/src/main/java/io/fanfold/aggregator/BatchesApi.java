package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.JobState;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.SortedMap;

/** The batches of a job. */
final class BatchesApi {

  private final JobFinder finder;
  private final JobViews views;
  private final Cursors cursors;

  BatchesApi(JobFinder finder, JobViews views, Cursors cursors) {
    this.finder = finder;
    this.views = views;
    this.cursors = cursors;
  }

  void list(Context context) {
    int limit = HttpApi.intParam(context, "limit", 100, 1, Params.MAX_LIMIT);
    String cursor = Params.text(context, "cursor");
    JobState job = finder.find(context);
    String scope = "batches %s %d".formatted(job.getProject(), job.getId());
    int from = cursor == null ? 0 : Integer.parseInt(cursors.decode(scope, cursor, Cursors.KEPT));
    int total = total(job);
    int to = (int) Math.min(total, (long) from + limit);
    SortedMap<Integer, BatchResult> counts = counts(job, from, to);
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("batches");
    for (int batch = from; batch < to; batch++) {
      list.add(BatchJson.of(job, batch, counts.get(batch)));
    }
    body.put("total", total);
    body.put("limit", limit);
    body.put("hasMore", to < total);
    body.put("nextCursor", to < total ? cursors.encode(scope, Integer.toString(to)) : null);
    HttpApi.json(context, 200, body);
  }

  private SortedMap<Integer, BatchResult> counts(JobState job, int from, int to) {
    boolean ended = JobStates.isTerminal(job.getStatus());
    return JobFinder.await(
            () ->
                Optional.of(views.batchCounts(job.getId(), from, to, Math.max(0, to - from)))
                    .filter(
                        rows ->
                            !ended
                                || rows.size() == Math.max(0, to - from)
                                    && rows.values().stream().allMatch(BatchResult::getIsFinal)),
            JobFinder.PATIENCE)
        .orElseThrow(
            () ->
                Problem.unavailable("the batches of this job are not all in the view yet")
                    .exception());
  }

  // Not the job's own count, which is of the current attempt.
  private static int total(JobState job) {
    return job.getTotal() == 0
        ? 0
        : (int) ((job.getTotal() + job.getBatchSize() - 1) / job.getBatchSize());
  }
}
