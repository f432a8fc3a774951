package io.fanfold.kit;

/**
 * Where a job's files lie in its output location, for whoever writes them and whoever names them.
 */
public final class JobFiles {

  /** The dialect whose jobs have the files below. */
  public static final String REKOGNITION = "rekognition";

  public static final String REKOGNITION_RESULTS = "rekognition-results.jsonl";
  public static final String REKOGNITION_SUMMARY = "rekognition-manifest-summary.json";

  private JobFiles() {}

  /**
   * The URI of a file, in a directory of the job's own.
   *
   * @param outputUri the job's, with or without a slash at its end
   */
  public static String uri(String outputUri, long jobId, String name) {
    return outputUri + (outputUri.endsWith("/") ? "" : "/") + jobId + "/" + name;
  }
}
