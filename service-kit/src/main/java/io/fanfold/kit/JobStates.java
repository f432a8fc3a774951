package io.fanfold.kit;

import io.fanfold.schemas.BatchCounts;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobOutcome;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Splitting;
import io.fanfold.schemas.Webhook;
import io.fanfold.schemas.WebhookPayload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What is true of every job state, whoever makes it. */
public final class JobStates {

  private JobStates() {}

  /** The first state of an accepted job, sequence 0. */
  public static JobState queued(Job job) {
    Webhook webhook = job.getWebhook();
    return JobState.newBuilder()
        .setId(job.getId())
        .setProject(job.getProject())
        .setSequence(0)
        .setEventId(eventId(job.getProject(), job.getId(), 0))
        .setStatus(JobStatus.QUEUED)
        .setOutcome(JobOutcome.NONE)
        .setTotal(job.getTotalItems())
        .setSucceeded(0)
        .setFailed(0)
        .setCanceled(0)
        .setPending(job.getTotalItems())
        .setFailedByCode(Map.of())
        .setBatchSize(job.getBatchSize())
        .setBatches(new BatchCounts(job.getBatchCount(), 0, 0, 0, 0))
        .setModels(List.of())
        .setFeatures(job.getFeatures())
        .setName(job.getName())
        .setCustomId(job.getCustomId())
        .setFeedId(job.getFeedId())
        .setTag(job.getTag())
        .setMetadata(job.getMetadata())
        .setFailureIsolation(job.getFailureIsolation())
        .setPriority(job.getPriority())
        .setWebhookUrl(webhook == null ? null : webhook.getUrl())
        .setWebhookEvents(webhook == null ? List.of() : webhook.getEvents())
        .setWebhookPayload(webhook == null ? WebhookPayload.THIN : webhook.getPayload())
        .setWebhookProgressSteps(webhook == null ? 10 : webhook.getProgressSteps())
        .setWebhookOrdered(webhook != null && webhook.getOrdered())
        .setTtlSeconds(job.getTtlSeconds())
        .setDeadline(job.getDeadline())
        .setManifest(job.getManifest())
        .setOutputUri(job.getOutputUri())
        .setSubmissionId(job.getSubmissionId())
        .setDialect(job.getDialect())
        .setSplitting(
            job.getManifest() == null || job.getFailure() != null
                ? null
                : new Splitting(false, false, 0L, null, 0L))
        .setCreatedAt(job.getCreatedAt())
        .setStatusAt(job.getCreatedAt())
        .setUpdatedAt(job.getCreatedAt())
        .build();
  }

  public static boolean isTerminal(JobStatus status) {
    return switch (status) {
      case QUEUED, RUNNING -> false;
      case COMPLETED, FAILED, CANCELED, EXPIRED -> true;
    };
  }

  /** The id of a status change: the same whenever and wherever it is derived. */
  public static String eventId(String project, long jobId, long sequence) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((project + "\n" + jobId + "\n" + sequence).getBytes(StandardCharsets.UTF_8));
      return "evt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 27);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
