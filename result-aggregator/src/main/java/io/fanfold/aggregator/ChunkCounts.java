package io.fanfold.aggregator;

import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Model;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A batch's counts made of its chunks. Chunks are kept for as long as their job, counts for a week:
 * a view that is built anew has no others of older jobs.
 */
final class ChunkCounts {

  private ChunkCounts() {}

  /**
   * The counts of a batch's newest attempt; none when nothing has come of it.
   *
   * @param chunks of all its attempts, in any order
   */
  static Optional<BatchResult> of(JobState job, int batchIndex, List<ItemResults> chunks) {
    int attempt = chunks.stream().mapToInt(ItemResults::getAttempt).max().orElse(0);
    List<ItemResults> newest =
        chunks.stream().filter(chunk -> chunk.getAttempt() == attempt).toList();
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    int results = 0;
    int succeeded = 0;
    var failed = new TreeMap<String, Integer>();
    var models = new LinkedHashSet<Model>();
    for (ItemResults chunk : newest) {
      models.addAll(chunk.getModels());
      for (ItemResult result : chunk.getResults()) {
        results++;
        if (result.getFailure() == null) {
          succeeded++;
        } else {
          failed.merge(result.getFailure().getCode().name(), 1, Integer::sum);
        }
      }
    }
    int items = newest.stream().mapToInt(ItemResults::getBatchItems).max().orElse(0);
    return Optional.of(
        BatchResult.newBuilder()
            .setJobId(job.getId())
            .setBatchIndex(batchIndex)
            .setAttempt(attempt)
            .setItems(items)
            .setSucceeded(succeeded)
            .setFailed(failed)
            .setIsFinal(results >= items && newest.stream().anyMatch(ItemResults::getIsFinal))
            .setModels(List.copyOf(models))
            .setStartedAt(startedAt(job, newest))
            .setUpdatedAt(updatedAt(job, newest))
            .build());
  }

  private static Instant startedAt(JobState job, List<ItemResults> chunks) {
    return chunks.stream()
        .map(ItemResults::getStartedAt)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(job.getStartedAt() == null ? job.getCreatedAt() : job.getStartedAt());
  }

  private static Instant updatedAt(JobState job, List<ItemResults> chunks) {
    return chunks.stream()
        .map(ItemResults::getCommittedAt)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(job.getUpdatedAt());
  }
}
