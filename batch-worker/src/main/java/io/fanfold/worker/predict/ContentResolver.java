package io.fanfold.worker.predict;

/** Fetches content by URI for predictors whose parameters refer to some. */
@FunctionalInterface
public interface ContentResolver {

  /**
   * Fetches the content at a URI; any thread may call this.
   *
   * @throws PredictionException as for an item: DOWNLOAD_FAILED, NOT_FOUND, ACCESS_DENIED,
   *     TOO_LARGE, TIMEOUT
   */
  Content resolve(String uri) throws PredictionException;
}
