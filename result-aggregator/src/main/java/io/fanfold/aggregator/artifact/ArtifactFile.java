package io.fanfold.aggregator.artifact;

import io.fanfold.schemas.JobState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The files that a job leaves behind. */
enum ArtifactFile {
  /** One line an item with predictions. */
  RESULTS("results.jsonl", "application/jsonl"),
  /** One line an item that has none. */
  FAILURES("failures.jsonl", "application/jsonl"),
  SUMMARY("summary.json", "application/json"),
  /** Of jobs with a manifest only. */
  MANIFEST_SUMMARY("manifest-summary.json", "application/json");

  private final String fileName;
  private final String mediaType;

  ArtifactFile(String fileName, String mediaType) {
    this.fileName = fileName;
    this.mediaType = mediaType;
  }

  String fileName() {
    return fileName;
  }

  String mediaType() {
    return mediaType;
  }

  /** Those of a job. */
  static List<ArtifactFile> of(JobState job) {
    return Arrays.stream(values())
        .filter(file -> file != MANIFEST_SUMMARY || job.getManifest() != null)
        .toList();
  }

  /** The file of a job by its name. */
  static Optional<ArtifactFile> named(JobState job, String name) {
    return of(job).stream().filter(file -> file.fileName.equals(name)).findFirst();
  }

  /** Where it goes, in a directory of the job's own under its output location. */
  String uri(JobState job) {
    String output = job.getOutputUri();
    return output + (output.endsWith("/") ? "" : "/") + job.getId() + "/" + fileName;
  }
}
