package io.fanfold.worker.predict;

import java.util.Objects;

/** What a predictor may use of the worker it runs in. */
public final class PredictorContext {
  private final ContentResolver contents;
  private final int intraOpThreads;
  private final AssetTags assets;
  private final OnnxModels models;

  /**
   * Without assets.
   *
   * @param contents fetches content that parameters refer to
   * @param intraOpThreads threads one inference may use, at least 1
   */
  public PredictorContext(ContentResolver contents, int intraOpThreads) {
    this(contents, intraOpThreads, new AssetTags(() -> true));
  }

  /**
   * @param contents fetches content that parameters refer to
   * @param intraOpThreads threads one inference may use, at least 1; with one caller per core, 1 is
   *     fastest
   * @param assets whose tags may be in pictures
   */
  public PredictorContext(ContentResolver contents, int intraOpThreads, AssetTags assets) {
    if (intraOpThreads < 1) {
      throw new IllegalArgumentException("intraOpThreads is " + intraOpThreads + ", must be >= 1");
    }
    this.contents = Objects.requireNonNull(contents);
    this.intraOpThreads = intraOpThreads;
    this.assets = Objects.requireNonNull(assets);
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

  /** Every project's assets, by their tags. */
  AssetTags assets() {
    return assets;
  }

  /** Features that share a model share its session through this. */
  OnnxModels models() {
    return models;
  }
}
