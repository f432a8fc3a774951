package io.fanfold.kit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.fanfold.schemas.EndedAttempt;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Model;
import io.fanfold.schemas.Splitting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    json.put("attempt", job.getAttempt());
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
    batches.put("canceled", job.getBatches().getCanceled());
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
      webhook.put("payload", job.getWebhookPayload().name());
      webhook.put("progressSteps", job.getWebhookProgressSteps());
      webhook.put("ordered", job.getWebhookOrdered());
    }
    json.put("ttlSeconds", job.getTtlSeconds());
    json.put("deadline", text(job.getDeadline()));
    if (job.getManifest() == null) {
      json.putNull("manifest");
    } else {
      json.putObject("manifest")
          .put("uri", job.getManifest().getUri())
          .put("format", job.getManifest().getFormat().name());
    }
    json.put("outputUri", job.getOutputUri());
    json.put("submissionId", job.getSubmissionId());
    if (job.getDialect() == null) {
      json.putNull("dialect");
    } else {
      json.putObject("dialect")
          .put("name", job.getDialect().getName())
          .putRawValue("request", new RawValue(job.getDialect().getRequest()));
    }
    splitting(json, job.getSplitting());
    if (job.getStop() == null) {
      json.putNull("stop");
    } else {
      json.putObject("stop")
          .put("reason", job.getStop().getReason().name())
          .put("at", text(job.getStop().getAt()));
    }
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
    history(json, job.getHistory());
    return json;
  }

  /**
   * 0 to 1; a job without items is done. While a manifest is read, what is done of the items handed
   * out counts for as much of the whole as the bytes they came in.
   */
  public static double progress(JobState job) {
    if (JobStates.isTerminal(job.getStatus())) {
      return 1;
    }
    Splitting splitting = job.getSplitting();
    boolean reading = job.getAttempt() == 1 && splitting != null && !splitting.getComplete();
    if (job.getTotal() == 0) {
      return reading ? 0 : 1;
    }
    double done = (double) (job.getTotal() - job.getPending()) / job.getTotal();
    if (!reading) {
      return done;
    }
    Long bytes = splitting.getBytesTotal();
    return bytes == null || bytes == 0
        ? 0
        : done * Math.min(1, (double) splitting.getBytesRead() / bytes);
  }

  private static void splitting(ObjectNode json, Splitting splitting) {
    if (splitting == null) {
      json.putNull("splitting");
      return;
    }
    json.putObject("splitting")
        .put("complete", splitting.getComplete())
        .put("cut", splitting.getCut())
        .put("bytesRead", splitting.getBytesRead())
        .put("bytesTotal", splitting.getBytesTotal())
        .put("invalidLines", splitting.getInvalidLines());
  }

  private static void history(ObjectNode json, List<EndedAttempt> history) {
    var list = json.putArray("history");
    for (EndedAttempt ended : history) {
      list.addObject()
          .put("attempt", ended.getAttempt())
          .put("status", ended.getStatus().name())
          .put("outcome", ended.getOutcome().name())
          .put("succeeded", ended.getSucceeded())
          .put("failed", ended.getFailed())
          .put("canceled", ended.getCanceled())
          .put("startedAt", text(ended.getStartedAt()))
          .put("endedAt", text(ended.getEndedAt()));
    }
  }

  private static Long durationMs(JobState job, Instant now) {
    if (job.getStartedAt() == null) {
      return null;
    }
    Instant end = job.getEndedAt() == null ? now : job.getEndedAt();
    return Math.max(0, Duration.between(job.getStartedAt(), end).toMillis());
  }

  private static List<Map<String, Object>> features(List<Feature> features) {
    var list = new ArrayList<Map<String, Object>>(features.size());
    for (Feature feature : features) {
      var shown = new LinkedHashMap<String, Object>();
      shown.put("name", feature.getName());
      shown.put("parameters", feature.getParameters());
      list.add(shown);
    }
    return list;
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
