package io.fanfold.ingest.dialect.rekognition;

import io.fanfold.kit.JobFiles;
import io.fanfold.kit.TopicFollower;
import io.fanfold.schemas.Artifact;
import io.fanfold.schemas.ArtifactState;
import io.fanfold.schemas.JobIds;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which jobs' results lie in their buckets, as the topic artifacts tells: a client that reads
 * SUCCEEDED goes there at once. Some eighty bytes a job.
 */
final class WrittenFiles implements TopicFollower.Listener<Artifact> {

  /**
   * Of the newest attempt of a job that is known.
   *
   * @param error why a file cannot be written, or null
   */
  record Files(int attempt, boolean results, boolean summary, String error) {

    /** Whether both can be read. */
    boolean areThere() {
      return results && summary;
    }
  }

  private static final Files NONE = new Files(0, false, false, null);

  // What nearly all jobs have.
  private static final Files FIRST_ATTEMPT = new Files(1, true, true, null);

  private final Map<Long, Files> jobs = new ConcurrentHashMap<>();

  /** What is there of an attempt. */
  Files of(long jobId, int attempt) {
    Files files = jobs.getOrDefault(jobId, NONE);
    return files.attempt() == attempt ? files : NONE;
  }

  /** Takes the key job id/attempt/name. */
  @Override
  public void record(String key, Artifact artifact, long timestampMs) {
    String[] parts = key.split("/", 3);
    boolean results = key.endsWith("/" + JobFiles.REKOGNITION_RESULTS);
    if (parts.length < 3 || !results && !key.endsWith("/" + JobFiles.REKOGNITION_SUMMARY)) {
      return;
    }
    long jobId = JobIds.parse(parts[0]).orElse(0);
    if (artifact == null) {
      jobs.computeIfPresent(
          jobId, (id, known) -> Integer.toString(known.attempt()).equals(parts[1]) ? null : known);
    } else {
      jobs.merge(jobId, files(artifact, results), WrittenFiles::merged);
    }
  }

  private static Files files(Artifact artifact, boolean results) {
    boolean complete = artifact.getState() == ArtifactState.COMPLETE;
    boolean failed = artifact.getState() == ArtifactState.FAILED;
    String error = artifact.getError() == null ? "it could not be written" : artifact.getError();
    return new Files(
        artifact.getAttempt(), complete && results, complete && !results, failed ? error : null);
  }

  /** A file that is written again, with the same bytes, is there meanwhile. */
  private static Files merged(Files known, Files told) {
    if (known.attempt() != told.attempt()) {
      return known.attempt() > told.attempt() ? known : told;
    }
    var both =
        new Files(
            known.attempt(),
            known.results() || told.results(),
            known.summary() || told.summary(),
            known.error() == null ? told.error() : known.error());
    if (both.areThere()) {
      // Whatever failed before has succeeded by now.
      var there = new Files(both.attempt(), true, true, null);
      return there.equals(FIRST_ATTEMPT) ? FIRST_ATTEMPT : there;
    }
    return both;
  }
}
