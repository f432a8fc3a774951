package io.fanfold.worker;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Results that were committed for batches whose offset was not: they must not be made again. */
final class RecoveredResults {

  private record Key(long jobId, int batch, int attempt) {}

  /**
   * What is committed of one batch.
   *
   * @param indexes the items that have their result
   * @param failed how many of them failed, by code
   */
  record OfBatch(Set<Long> indexes, int succeeded, Map<String, Integer> failed) {

    static final OfBatch NONE = new OfBatch(Set.of(), 0, Map.of());
  }

  private final Map<Key, OfBatch> batches = new HashMap<>();

  void add(ItemResults chunk) {
    var key = new Key(chunk.getJobId(), chunk.getBatchIndex(), chunk.getAttempt());
    OfBatch before = batches.getOrDefault(key, OfBatch.NONE);
    var indexes = new HashSet<>(before.indexes);
    var failed = new HashMap<>(before.failed);
    int succeeded = before.succeeded;
    for (ItemResult result : chunk.getResults()) {
      indexes.add(result.getIndex());
      if (result.getFailure() == null) {
        succeeded++;
      } else {
        failed.merge(result.getFailure().getCode().name(), 1, Integer::sum);
      }
    }
    batches.put(key, new OfBatch(indexes, succeeded, failed));
  }

  /** What is committed of this batch; asked once, so that nothing is kept for long. */
  OfBatch take(Batch batch) {
    OfBatch found = batches.remove(new Key(batch.getJobId(), batch.getIndex(), batch.getAttempt()));
    return found == null ? OfBatch.NONE : found;
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  void clear() {
    batches.clear();
  }
}
