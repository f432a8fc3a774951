package io.fanfold.aggregator;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.JobState;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Pages of a job's items from the views. A page of failures reads only batches that have some. */
final class ItemsLookup {

  private static final int BATCHES_AT_ONCE = 64;
  private static final int COUNTS_AT_ONCE = 256;

  private final JobViews views;

  ItemsLookup(JobViews views) {
    this.views = views;
  }

  /**
   * @param position index of the first item that may be on the page
   * @param offset matching items to skip from there
   */
  ItemPage page(JobState job, ItemQuery query, long position, int offset, int limit) {
    if (query.isWindow()) {
      long from = Math.max(query.from(), position) + offset;
      return ItemPage.window(job, query, from, limit, batches(job));
    }
    return ItemPage.matching(
        job, query, position, offset, limit, candidates(job, query), batches(job));
  }

  /** How many items match in all, where a count says so. */
  static Optional<Long> total(JobState job, ItemQuery query) {
    if (query.isWindow()) {
      return Optional.of(Math.max(0, Math.min(query.to(), job.getTotal()) - query.from()));
    }
    if (query.customId() != null || query.from() > 0 || query.to() < job.getTotal()) {
      return Optional.empty();
    }
    if (query.full()) {
      return query.outcome() == ItemOutcome.FAILED
          ? failedBefore(job, query.attempt())
          : Optional.empty();
    }
    return query.attempt() < job.getAttempt()
        ? Optional.empty()
        : Optional.of(
            switch (query.outcome()) {
              case SUCCEEDED -> job.getSucceeded();
              case FAILED -> job.getFailed();
              case CANCELED -> job.getCanceled();
            });
  }

  private static Optional<Long> failedBefore(JobState job, int attempt) {
    if (JobStates.isTerminal(job.getStatus()) && attempt >= job.getAttempt()) {
      return Optional.of(job.getFailed());
    }
    for (EndedAttempt ended : job.getHistory()) {
      boolean isLast = ended.getAttempt() == job.getAttempt() - 1;
      if (ended.getAttempt() == attempt || isLast && isUntouchedSince(job, ended)) {
        return Optional.of(ended.getFailed());
      }
    }
    return Optional.empty();
  }

  // While nothing has come of the new attempt, the failures are those it is to run again.
  private static boolean isUntouchedSince(JobState job, EndedAttempt ended) {
    return job.getFailed() == 0
        && job.getSucceeded() == ended.getSucceeded()
        && job.getCanceled() == ended.getCanceled();
  }

  private ItemPage.Batches batches(JobState job) {
    return wanted -> views.chunks(job.getId(), wanted);
  }

  private ItemPage.Candidates candidates(JobState job, ItemQuery query) {
    if (job.getTotal() == 0) {
      return from -> List.of();
    }
    long end = Math.min(query.to(), job.getTotal());
    int to = (int) ((end + job.getBatchSize() - 1) / job.getBatchSize());
    if (query.outcome() == null) {
      return from -> IntStream.range(from, Math.min(to, from + BATCHES_AT_ONCE)).boxed().toList();
    }
    return switch (query.outcome()) {
      case FAILED ->
          from -> views.batches(job.getId(), BatchKeys.FAILED, from, to, BATCHES_AT_ONCE);
      case CANCELED ->
          from -> views.batches(job.getId(), BatchKeys.CANCELED, from, to, BATCHES_AT_ONCE);
      case SUCCEEDED -> from -> withSuccesses(job, from, to);
    };
  }

  // A later attempt's counts are of its own items, so they say nothing of those before.
  private List<Integer> withSuccesses(JobState job, int from, int to) {
    int next = from;
    while (next < to) {
      var counts = views.batchCounts(job.getId(), next, to, COUNTS_AT_ONCE);
      List<Integer> found =
          counts.values().stream()
              .filter(batch -> batch.getSucceeded() > 0 || batch.getAttempt() > 1)
              .map(batch -> batch.getBatchIndex())
              .toList();
      if (!found.isEmpty() || counts.size() < COUNTS_AT_ONCE) {
        return found;
      }
      next = counts.lastKey() + 1;
    }
    return List.of();
  }
}
