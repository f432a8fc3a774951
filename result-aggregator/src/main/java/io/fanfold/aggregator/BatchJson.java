package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.JobState;
import java.time.Duration;

/** How far one batch of a job is, as HTTP shows it; the counts are those of its newest attempt. */
final class BatchJson {

  /** Where a batch is in its life. */
  enum State {
    PENDING,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELED
  }

  private BatchJson() {}

  /**
   * @param result null when nothing has come of the batch yet
   */
  static ObjectNode of(JobState job, int index, BatchResult result) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("index", index);
    json.put("attempt", result == null ? 1 : result.getAttempt());
    json.put("state", state(job, result).name());
    if (result == null) {
      long first = (long) index * job.getBatchSize();
      json.put("items", Math.min(job.getBatchSize(), job.getTotal() - first));
      json.put("succeeded", 0).put("failed", 0).put("canceled", 0);
      json.putObject("failedByCode");
      json.putNull("startedAt").putNull("updatedAt").putNull("durationMs");
      return json;
    }
    BatchTally tally = BatchTally.of(result);
    json.put("items", result.getItems());
    json.put("succeeded", tally.succeeded());
    json.put("failed", tally.failed());
    json.put("canceled", tally.canceled());
    ObjectNode byCode = json.putObject("failedByCode");
    result.getFailed().forEach(byCode::put);
    json.put("startedAt", result.getStartedAt().toString());
    json.put("updatedAt", result.getUpdatedAt().toString());
    json.put(
        "durationMs",
        Math.max(0, Duration.between(result.getStartedAt(), result.getUpdatedAt()).toMillis()));
    return json;
  }

  /** By the same rule as the job counts its batches. */
  static State state(JobState job, BatchResult result) {
    if (result == null) {
      return State.PENDING;
    }
    BatchTally tally = BatchTally.of(result);
    if (result.getAttempt() < job.getAttempt() && tally.failed() > 0) {
      return State.PENDING;
    }
    if (!result.getIsFinal()) {
      return State.RUNNING;
    }
    if (tally.succeeded() == 0 && tally.failed() == 0 && tally.canceled() > 0) {
      return State.CANCELED;
    }
    boolean completed =
        job.getFailureIsolation() == FailureIsolation.BATCH
            ? tally.failed() == 0 && tally.canceled() == 0
            : tally.succeeded() > 0 || tally.failed() + tally.canceled() == 0;
    return completed ? State.COMPLETED : State.FAILED;
  }
}
