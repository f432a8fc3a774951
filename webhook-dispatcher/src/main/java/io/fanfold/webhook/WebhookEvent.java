package io.fanfold.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.Json;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.WebhookPayload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;

/**
 * Something that happened to a job, as receivers see it. A body is made once, from the state alone,
 * and stored: all attempts send the same bytes, and so does a replay.
 *
 * @param id the webhook-id of every attempt
 * @param type as in job.completed
 * @param at when it happened
 * @param place sorts the events of a job
 * @param state the job then
 */
record WebhookEvent(String id, String type, Instant at, String place, JobState state) {

  static final String PROGRESS = "job.progress";

  /**
   * A status change.
   *
   * @param state one with an event id
   */
  static WebhookEvent of(JobState state) {
    return new WebhookEvent(
        state.getEventId(),
        "job." + state.getStatus().name().toLowerCase(Locale.ROOT),
        state.getStatusAt(),
        place(state, 0),
        state);
  }

  /**
   * A step of progress; its id is the same whenever it is derived.
   *
   * @param mark where the job is in the steps of a target
   */
  static WebhookEvent progress(JobState state, ProgressMark mark) {
    return new WebhookEvent(
        progressId(state, mark), PROGRESS, state.getUpdatedAt(), place(state, 1), state);
  }

  String body(WebhookPayload payload) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("type", type);
    json.put("timestamp", at.toString());
    json.put("sequence", state.getSequence());
    // Not the time it is now: the same state has to give the same bytes.
    json.set("data", payload == WebhookPayload.FULL ? JobJson.of(state, at) : thin());
    return json.toString();
  }

  private ObjectNode thin() {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("jobId", state.getId());
    data.put("project", state.getProject());
    data.put("status", state.getStatus().name());
    data.put("outcome", state.getOutcome().name());
    data.put("sequence", state.getSequence());
    data.put("progress", JobJson.progress(state));
    data.put("url", "/v1/jobs/" + state.getId());
    data.putObject("counts")
        .put("total", state.getTotal())
        .put("succeeded", state.getSucceeded())
        .put("failed", state.getFailed())
        .put("canceled", state.getCanceled())
        .put("pending", state.getPending());
    data.put("name", state.getName());
    data.put("customId", state.getCustomId());
    data.put("feedId", state.getFeedId());
    data.put("tag", state.getTag());
    data.put("createdAt", text(state.getCreatedAt()));
    data.put("startedAt", text(state.getStartedAt()));
    data.put("endedAt", text(state.getEndedAt()));
    if (state.getFailure() == null) {
      data.putNull("failure");
    } else {
      data.putObject("failure")
          .put("code", state.getFailure().getCode())
          .put("message", state.getFailure().getMessage());
    }
    return data;
  }

  /** By sequence; where one state is a status change and a step of progress, in this order. */
  private static String place(JobState state, int kind) {
    return "%019d.%d".formatted(state.getSequence(), kind);
  }

  private static String progressId(JobState state, ProgressMark mark) {
    String text =
        "%s\n%d\nprogress %d of %d in attempt %d"
            .formatted(
                state.getProject(), state.getId(), mark.step(), mark.steps(), mark.attempt());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "evt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 27);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
