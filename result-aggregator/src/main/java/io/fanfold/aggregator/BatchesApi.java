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
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** The batches of a job. */
final class BatchesApi {

  private static final int BATCHES_AT_ONCE = 64;

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
    int wanted = Math.max(0, to - from);
    return finder
        .await(
            () -> {
              var rows = views.batchCounts(job.getId(), from, to, wanted);
              if (ended) {
                fill(job, from, to, rows);
              }
              return Optional.of(rows)
                  .filter(
                      found ->
                          !ended
                              || found.size() == wanted
                                  && found.values().stream().allMatch(BatchResult::getIsFinal));
            })
        .orElseThrow(
            () ->
                Problem.unavailable("the batches of this job are not all in the view yet")
                    .exception());
  }

  /** What is lacking is counted from the results, which are kept for longer. */
  private void fill(JobState job, int from, int to, SortedMap<Integer, BatchResult> rows) {
    List<Integer> lacking =
        IntStream.range(from, to)
            .filter(batch -> !rows.containsKey(batch) || !rows.get(batch).getIsFinal())
            .boxed()
            .toList();
    for (int first = 0; first < lacking.size(); first += BATCHES_AT_ONCE) {
      List<Integer> some =
          lacking.subList(first, Math.min(first + BATCHES_AT_ONCE, lacking.size()));
      views
          .chunks(job.getId(), some)
          .forEach(
              (batch, chunks) ->
                  ChunkCounts.of(job, batch, chunks).ifPresent(counts -> rows.put(batch, counts)));
    }
  }

  // Not the job's own count, which is of the current attempt.
  private static int total(JobState job) {
    return job.getTotal() == 0
        ? 0
        : (int) ((job.getTotal() + job.getBatchSize() - 1) / job.getBatchSize());
  }
}
