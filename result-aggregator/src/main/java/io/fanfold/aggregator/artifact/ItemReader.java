package io.fanfold.aggregator.artifact;

import io.fanfold.schemas.ItemResult;
import io.fanfold.schemas.JobState;
import java.io.IOException;

/** Reads the results of a job that has ended, in item order. */
public interface ItemReader {

  /** Takes results one by one. */
  interface Sink {

    /**
     * @param attempt the job's attempt that the result is of
     * @return false when no more is wanted for now
     */
    boolean accept(ItemResult result, int attempt) throws IOException;
  }

  /**
   * Hands over the newest result of each item from a position on, until the last or until no more
   * is wanted.
   *
   * @param from position in the job of the first item, 0 first
   * @throws IOException when results are not here, or not all of them yet; another try may succeed
   */
  void read(JobState job, long from, Sink into) throws IOException;
}
