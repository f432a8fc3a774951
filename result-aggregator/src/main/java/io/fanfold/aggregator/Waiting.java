package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;

/** Why nothing has come of a job yet, as far as the views tell. */
final class Waiting {

  /** More than so many jobs ahead are not counted. */
  static final int MAX_AHEAD = 100;

  private final JobViews views;

  Waiting(JobViews views) {
    this.views = views;
  }

  /** Null, or the reason and how many jobs that have not ended are older. */
  JsonNode why(JobState job) {
    if (JobStates.isTerminal(job.getStatus()) || job.getBatches().getRunning() > 0) {
      return Json.MAPPER.nullNode();
    }
    boolean reading =
        job.getManifest() != null
            && job.getSplitting() != null
            && !job.getSplitting().getComplete()
            && job.getPending() == 0;
    if (job.getStatus() == JobStatus.RUNNING && !reading) {
      // Between two batches.
      return Json.MAPPER.nullNode();
    }
    Long ahead = ahead(job);
    String reason = reading ? "MANIFEST" : reason(ahead);
    return Json.MAPPER.createObjectNode().put("reason", reason).put("jobsAhead", ahead);
  }

  private static String reason(Long ahead) {
    if (ahead == null) {
      return "UNKNOWN";
    }
    return ahead > 0 ? "AHEAD" : "NO_WORKER";
  }

  // Other jobs are in other partitions, and a job is not to be hidden because those are away.
  private Long ahead(JobState job) {
    try {
      return views.activeBefore(job, MAX_AHEAD);
    } catch (ProblemException e) {
      return null;
    }
  }
}
