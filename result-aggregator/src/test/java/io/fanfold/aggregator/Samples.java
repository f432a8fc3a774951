package io.fanfold.aggregator;

import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.Model;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records for tests. */
final class Samples {

  static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  static final Model MODEL = new Model("Echo", "echo", "1");

  private Samples() {}

  static Job job(long id, int items, int batchSize) {
    return Job.newBuilder()
        .setId(id)
        .setProject("default")
        .setTotalItems(items)
        .setBatchSize(batchSize)
        .setBatchCount((items + batchSize - 1) / batchSize)
        .setFeatures(List.of())
        .setMetadata(Map.of())
        .setFailureIsolation(FailureIsolation.ITEM)
        .setCreatedAt(T0)
        .build();
  }

  static BatchResult result(
      long jobId, int batch, int succeeded, Map<String, Integer> failed, boolean isFinal) {
    int seconds = 1 + succeeded + failed.values().stream().mapToInt(i -> i).sum();
    return BatchResult.newBuilder()
        .setJobId(jobId)
        .setBatchIndex(batch)
        .setAttempt(1)
        .setSucceeded(succeeded)
        .setFailed(failed)
        .setIsFinal(isFinal)
        .setModels(List.of(MODEL))
        .setStartedAt(T0.plusSeconds(1))
        .setUpdatedAt(T0.plusSeconds(seconds))
        .build();
  }
}
