package io.fanfold.aggregator;

import io.fanfold.aggregator.artifact.ItemReader;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.ItemResults;
import io.fanfold.schemas.JobState;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Reads a job's results from the item view, a batch at a time. */
final class ViewItemReader implements ItemReader {

  /** The chunks of batches that are in the view, of all their attempts, in any order. */
  interface Chunks {

    /**
     * @throws ProblemException when a batch's partition is not here
     */
    Map<Integer, List<ItemResults>> of(long jobId, List<Integer> batches);
  }

  private record Newest(ItemResult result, int attempt) {}

  private final Chunks chunks;

  ViewItemReader(Chunks chunks) {
    this.chunks = chunks;
  }

  @Override
  public void read(JobState job, long from, Sink into) throws IOException {
    int size = job.getBatchSize();
    for (long first = from - from % size; first < job.getTotal(); first += size) {
      Newest[] newest = batch(job, first);
      for (int i = (int) Math.max(0, from - first); i < newest.length; i++) {
        if (!into.accept(newest[i].result(), newest[i].attempt())) {
          return;
        }
      }
    }
  }

  private Newest[] batch(JobState job, long first) throws IOException {
    var newest = new Newest[(int) Math.min(job.getBatchSize(), job.getTotal() - first)];
    for (ItemResults chunk : chunks(job, (int) (first / job.getBatchSize()))) {
      int attempt = chunk.getAttempt();
      for (ItemResult result : chunk.getResults()) {
        int at = (int) (result.getIndex() - first);
        if (newest[at] == null || newest[at].attempt() < attempt) {
          newest[at] = new Newest(result, attempt);
        }
      }
    }
    for (Newest item : newest) {
      if (item == null) {
        throw new IOException("not all results are in the item view yet");
      }
    }
    return newest;
  }

  private List<ItemResults> chunks(JobState job, int batchIndex) throws IOException {
    try {
      return chunks.of(job.getId(), List.of(batchIndex)).get(batchIndex);
    } catch (ProblemException e) {
      throw new IOException("a part of the item view is not here", e);
    }
  }
}
