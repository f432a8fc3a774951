package io.fanfold.worker;

import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Failure;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.ItemResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Batches and results for tests. */
final class Samples {

  private Samples() {}

  static Batch batch(int index, int items) {
    return batch(1, index, items);
  }

  static Batch batch(long jobId, int index, int items) {
    var members = new ArrayList<Item>();
    for (int i = 0; i < items; i++) {
      members.add(new Item("data:,x", null, null, (long) index * items + i, null, null));
    }
    return Batch.newBuilder()
        .setJobId(jobId)
        .setProject("default")
        .setIndex(index)
        .setFeatures(List.of())
        .setItems(members)
        .build();
  }

  /** A batch of partition 0 at the offset of its own index. */
  static BatchRun run(int index, int items) {
    return run(index, items, RecoveredResults.OfBatch.NONE, 0);
  }

  /** One of another job. */
  static BatchRun run(long jobId, int index, int items) {
    Batch batch = batch(jobId, index, items);
    return new BatchRun(
        0, index, 100, batch, List.of(), RecoveredResults.OfBatch.NONE, Instant.EPOCH, 0);
  }

  static BatchRun run(int index, int items, RecoveredResults.OfBatch recovered, long chunksFrom) {
    return new BatchRun(
        0, index, 100, batch(index, items), List.of(), recovered, Instant.EPOCH, chunksFrom);
  }

  static ItemResult good(long index) {
    return new ItemResult(index, "data:,x", null, null, List.of(), 1, 0f, null, null);
  }

  static ItemResult bad(long index) {
    return new ItemResult(
        index,
        "data:,x",
        null,
        new Failure(FailureCode.TIMEOUT, "too slow", null),
        List.of(),
        1,
        0f,
        null,
        null);
  }

  static void commit(BatchRun run) {
    run.markCommitted(run.counts(Instant.EPOCH));
  }
}
