package io.fanfold.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Model;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A job as HTTP shows it. */
public final class JobJson {

  private JobJson() {}

  /**
   * @param now for the duration of a job that has not ended
   */
  public static ObjectNode of(JobState job, Instant now) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", job.getId());
    json.put("project", job.getProject());
    json.put("status", job.getStatus().name());
    json.put("outcome", job.getOutcome().name());
    json.put("sequence", job.getSequence());
    ObjectNode counts = json.putObject("counts");
    counts.put("total", job.getTotal());
    counts.put("succeeded", job.getSucceeded());
    counts.put("failed", job.getFailed());
    counts.put("canceled", job.getCanceled());
    counts.put("pending", job.getPending());
    ObjectNode byCode = counts.putObject("failedByCode");
    job.getFailedByCode().forEach(byCode::put);
    json.put("progress", progress(job));
    json.put("batchSize", job.getBatchSize());
    ObjectNode batches = json.putObject("batches");
    batches.put("total", job.getBatches().getTotal());
    batches.put("running", job.getBatches().getRunning());
    batches.put("completed", job.getBatches().getCompleted());
    batches.put("failed", job.getBatches().getFailed());
    json.set("features", Json.MAPPER.valueToTree(features(job.getFeatures())));
    json.put("name", job.getName());
    json.put("customId", job.getCustomId());
    json.put("feedId", job.getFeedId());
    json.put("tag", job.getTag());
    json.set("metadata", Json.MAPPER.valueToTree(job.getMetadata()));
    json.put("failureIsolation", job.getFailureIsolation().name());
    json.put("priority", job.getPriority());
    if (job.getWebhookUrl() == null) {
      json.putNull("webhook");
    } else {
      ObjectNode webhook = json.putObject("webhook");
      webhook.put("url", job.getWebhookUrl());
      webhook.set("events", Json.MAPPER.valueToTree(job.getWebhookEvents()));
    }
    json.put("ttlSeconds", job.getTtlSeconds());
    json.put("deadline", text(job.getDeadline()));
    var models = json.putArray("models");
    for (Model model : job.getModels()) {
      models
          .addObject()
          .put("feature", model.getFeature())
          .put("name", model.getName())
          .put("version", model.getVersion());
    }
    if (job.getFailure() == null) {
      json.putNull("failure");
    } else {
      json.putObject("failure")
          .put("code", job.getFailure().getCode())
          .put("message", job.getFailure().getMessage());
    }
    json.put("createdAt", text(job.getCreatedAt()));
    json.put("startedAt", text(job.getStartedAt()));
    json.put("endedAt", text(job.getEndedAt()));
    json.put("statusAt", text(job.getStatusAt()));
    json.put("updatedAt", text(job.getUpdatedAt()));
    json.put("durationMs", durationMs(job, now));
    return json;
  }

  /** 0 to 1; a job without items is done. */
  static double progress(JobState job) {
    return job.getTotal() == 0 ? 1 : (double) (job.getTotal() - job.getPending()) / job.getTotal();
  }

  private static Long durationMs(JobState job, Instant now) {
    if (job.getStartedAt() == null) {
      return null;
    }
    Instant end = job.getEndedAt() == null ? now : job.getEndedAt();
    return Math.max(0, Duration.between(job.getStartedAt(), end).toMillis());
  }

  private static List<Map<String, Object>> features(List<Feature> features) {
    return features.stream()
        .map(
            feature ->
                Map.<String, Object>of(
                    "name", feature.getName(), "parameters", feature.getParameters()))
        .toList();
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
