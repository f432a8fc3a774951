package io.fanfold.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A status change as receivers see it. The body is made once, from the state alone, and stored: all
 * attempts send the same bytes, and so does a replay.
 *
 * @param id the webhook-id of every attempt
 * @param type as in job.completed
 * @param body JSON
 */
record WebhookEvent(String id, String type, String body) {

  /**
   * @param state one with an event id
   */
  static WebhookEvent of(JobState state) {
    String type = "job." + state.getStatus().name().toLowerCase(Locale.ROOT);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("type", type);
    json.put("timestamp", state.getStatusAt().toString());
    ObjectNode data = json.putObject("data");
    data.put("jobId", state.getId());
    data.put("project", state.getProject());
    data.put("status", state.getStatus().name());
    data.put("outcome", state.getOutcome().name());
    data.put("sequence", state.getSequence());
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
    return new WebhookEvent(state.getEventId(), type, json.toString());
  }

  /** Whether a filter lets it through; an empty one lets everything. */
  boolean isWanted(List<String> types) {
    return types.isEmpty() || types.contains(type);
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
