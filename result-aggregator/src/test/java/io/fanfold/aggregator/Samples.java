package io.fanfold.aggregator;

import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.Manifest;
import io.fanfold.schemas.ManifestFormat;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Stop;
import io.fanfold.schemas.StopReason;
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

  /** A job whose items are in a manifest. */
  static Job manifestJob(long id, int batchSize) {
    return Job.newBuilder(job(id, 0, batchSize))
        .setManifest(new Manifest("file:/list.jsonl", ManifestFormat.AUTO))
        .build();
  }

  /** So much is handed out and more may come. */
  static Split.Builder split(long jobId, int attempt, int items, int batches) {
    return Split.newBuilder()
        .setJobId(jobId)
        .setProject("default")
        .setAttempt(attempt)
        .setItems(items)
        .setBatches(batches)
        .setComplete(false)
        .setUpdatedAt(T0.plusSeconds(1));
  }

  static Stop stop(StopReason reason) {
    return new Stop(reason, T0.plusSeconds(1));
  }

  static BatchResult result(
      long jobId,
      int attempt,
      int batch,
      int succeeded,
      Map<String, Integer> failed,
      boolean isFinal) {
    return BatchResult.newBuilder(result(jobId, batch, succeeded, failed, isFinal))
        .setAttempt(attempt)
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

  /** Results of one attempt of a batch, one for each of some items. */
  static ItemResults chunk(long jobId, int batch, int attempt, ItemResult... results) {
    return ItemResults.newBuilder()
        .setJobId(jobId)
        .setProject("default")
        .setBatchIndex(batch)
        .setAttempt(attempt)
        .setResults(List.of(results))
        .build();
  }

  /** An item's result; null for a success. */
  static ItemResult item(long index, FailureCode code) {
    return ItemResult.newBuilder()
        .setIndex(index)
        .setUri("file:/" + index)
        .setCustomId("c" + index)
        .setFailure(code == null ? null : new Failure(code, "no", null))
        .setItem(
            code == null
                ? null
                : Item.newBuilder().setUri("file:/" + index).setIndex(index).build())
        .build();
  }
}
