package io.fanfold.aggregator.artifact;

import io.fanfold.kit.JobFiles;
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
  MANIFEST_SUMMARY("manifest-summary.json", "application/json"),
  /** Of jobs that came through the Rekognition dialect only, as are their results. */
  REKOGNITION_RESULTS(JobFiles.REKOGNITION_RESULTS, "application/jsonl"),
  REKOGNITION_SUMMARY(JobFiles.REKOGNITION_SUMMARY, "application/json");

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
    return Arrays.stream(values()).filter(file -> file.isOf(job)).toList();
  }

  private boolean isOf(JobState job) {
    return switch (this) {
      case RESULTS, FAILURES, SUMMARY -> true;
      case MANIFEST_SUMMARY -> job.getManifest() != null;
      case REKOGNITION_RESULTS, REKOGNITION_SUMMARY ->
          job.getDialect() != null && job.getDialect().getName().equals(JobFiles.REKOGNITION);
    };
  }

  /** The file of a job by its name. */
  static Optional<ArtifactFile> named(JobState job, String name) {
    return of(job).stream().filter(file -> file.fileName.equals(name)).findFirst();
  }

  /** Where it goes, in a directory of the job's own under its output location. */
  String uri(JobState job) {
    return JobFiles.uri(job.getOutputUri(), job.getId(), fileName);
  }
}
