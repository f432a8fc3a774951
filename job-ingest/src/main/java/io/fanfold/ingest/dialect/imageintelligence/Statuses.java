package io.fanfold.ingest.dialect.imageintelligence;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.JobStates;
import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.JobStatus;

/** What jobs and images are called that went this way or that. */
final class Statuses {

  static final String FEATURE = "TargetMatch";
  static final String IN_PROGRESS = "IN_PROGRESS";
  static final String SUCCESS = "COMPLETED_SUCCESSFULLY";
  static final String JOB_ERROR = "JOB_ERROR";

  // How TargetMatch says that it is not the image that it could not get or read.
  private static final String OF_TARGET = "target ";

  private Statuses() {}

  static boolean hasEnded(JsonNode job) {
    return JobStates.isTerminal(JobStatus.valueOf(job.path("status").asText()));
  }

  /** By counts, since a job that was stopped has some of each. */
  static String ofJob(JsonNode job) {
    if (!hasEnded(job)) {
      return IN_PROGRESS;
    }
    long succeeded = job.path("counts").path("succeeded").asLong();
    if (succeeded == 0) {
      return "COMPLETED_ALL_ERROR";
    }
    return succeeded == job.path("counts").path("total").asLong()
        ? SUCCESS
        : "COMPLETED_PARTIAL_ERROR";
  }

  /**
   * @param item as lookups show it; a missing node when there is none
   * @param ended whether the job has
   */
  static String ofImage(JsonNode item, boolean ended) {
    return switch (item.path("outcome").asText()) {
      case "SUCCEEDED" -> SUCCESS;
      case "FAILED", "CANCELED" -> ofFailure(item.path("failure"));
      default -> ended ? JOB_ERROR : IN_PROGRESS;
    };
  }

  private static String ofFailure(JsonNode failure) {
    if (failure.path("feature").asText("").equals(FEATURE)
        && failure.path("message").asText().startsWith(OF_TARGET)) {
      return JOB_ERROR;
    }
    return of(FailureCode.valueOf(failure.path("code").asText()));
  }

  static String of(FailureCode code) {
    return switch (code) {
      case DOWNLOAD_FAILED, NOT_FOUND, ACCESS_DENIED, TIMEOUT -> "IMAGE_DOWNLOAD_ERROR";
      case TOO_LARGE, UNSUPPORTED_FORMAT, CORRUPT_INPUT -> "INVALID_IMAGE_FORMAT_ERROR";
      case PREDICTOR_FAILED -> "DETECTION_ENGINE_ERROR";
      case MODEL_UNAVAILABLE -> "MODEL_SERVICE_ERROR";
      case INVALID_ITEM -> "MALFORMED_MESSAGE_ERROR";
      case CANCELED, EXPIRED -> JOB_ERROR;
      case INTERNAL -> "UNKNOWN_ERROR";
    };
  }
}
