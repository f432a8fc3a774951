package io.fanfold.worker.predict;

import java.util.Objects;

/** What a predictor may use of the worker it runs in. */
public final class PredictorContext {
  private final ContentResolver contents;
  private final int intraOpThreads;
  private final OnnxModels models;

  /**
   * @param contents fetches content that parameters refer to
   * @param intraOpThreads threads one inference may use, at least 1; with one caller per core, 1 is
   *     fastest
   */
  public PredictorContext(ContentResolver contents, int intraOpThreads) {
    if (intraOpThreads < 1) {
      throw new IllegalArgumentException("intraOpThreads is " + intraOpThreads + ", must be >= 1");
    }
    this.contents = Objects.requireNonNull(contents);
    this.intraOpThreads = intraOpThreads;
    this.models = new OnnxModels(intraOpThreads);
  }

  /** Fetches content that parameters refer to. */
  public ContentResolver contents() {
    return contents;
  }

  /** Threads one inference may use, at least 1. */
  public int intraOpThreads() {
    return intraOpThreads;
  }

  /** Features that share a model share its session through this. */
  OnnxModels models() {
    return models;
  }
}
