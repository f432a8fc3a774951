package io.fanfold.aggregator;

import io.fanfold.kit.JobStates;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.JobState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Pages of a job's items from the views. A page of failures, or of items with an id, reads only
 * batches that have some.
 */
final class ItemsLookup {

  private static final int BATCHES_AT_ONCE = 64;
  private static final int COUNTS_AT_ONCE = 256;

  // A day less than counts are kept, for clocks and whatever else is not quite so.
  private static final Duration COUNTS_KEPT = Duration.ofDays(6);

  // So long after a job has ended its batches are read one by one, since nothing else shows whether
  // all of them are in the view. Much longer than the view is ever behind.
  private static final Duration RECENT = Duration.ofMinutes(1);

  private final JobViews views;
  private final Clock clock;

  ItemsLookup(JobViews views, Clock clock) {
    this.views = views;
    this.clock = clock;
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
    if (query.customId() != null && !hasJustEnded(job)) {
      return new IdBatches(views, job, query.customId(), to);
    }
    if (query.outcome() == null || hasLostCounts(job)) {
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

  private boolean hasJustEnded(JobState job) {
    return JobStates.isTerminal(job.getStatus())
        && job.getStatusAt().isAfter(clock.instant().minus(RECENT));
  }

  /**
   * Whether the view was built anew when some of the job's counts were not kept any more. The
   * oldest go first, and a batch is not begun before most of those before it have ended: the first
   * batches tell.
   */
  private boolean hasLostCounts(JobState job) {
    if (job.getCreatedAt().isAfter(clock.instant().minus(COUNTS_KEPT))) {
      return false;
    }
    long batches = (job.getTotal() + job.getBatchSize() - 1) / job.getBatchSize();
    int first = (int) Math.min(COUNTS_AT_ONCE, batches);
    return views.batchCounts(job.getId(), 0, first, first).size() < first;
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
