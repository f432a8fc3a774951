package io.fanfold.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.WebhookAttempt;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/** Attempts, and what they say of their deliveries, as HTTP shows them. */
final class AttemptJson {

  /** The target id of the receiver that came with a job. */
  static final String INLINE = "inline";

  private AttemptJson() {}

  static ObjectNode of(WebhookAttempt attempt) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("eventId", attempt.getEventId());
    json.put("eventType", attempt.getEventType());
    json.put("jobId", jobId(attempt));
    json.put("target", target(attempt));
    json.put("url", attempt.getUrl());
    json.put("replay", attempt.getReplay());
    json.put("attempt", attempt.getAttempt());
    json.put("startedAt", text(attempt.getStartedAt()));
    json.put("durationMs", attempt.getDurationMs());
    json.put("outcome", attempt.getOutcome().name());
    json.put("responseStatus", attempt.getResponseStatus());
    json.put("responseHead", attempt.getResponseHead());
    json.put("error", attempt.getError());
    json.put("nextAttemptAt", text(attempt.getNextAttemptAt()));
    return json;
  }

  /**
   * An event with its deliveries, as far as their newest attempts tell.
   *
   * @param attempts at least one
   */
  static ObjectNode event(List<AttemptRow> attempts) {
    WebhookAttempt first = attempts.get(0).attempt();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", first.getEventId());
    json.put("type", first.getEventType());
    json.put("jobId", jobId(first));
    var deliveries = json.putArray("deliveries");
    newest(attempts)
        .forEach(
            (target, newest) ->
                deliveries
                    .addObject()
                    .put("target", target)
                    .put("url", newest.getUrl())
                    .put("state", state(newest.getOutcome()))
                    .put("replay", newest.getReplay())
                    .put("attempts", newest.getAttempt())
                    .put("lastAttemptAt", text(newest.getStartedAt()))
                    .put("nextAttemptAt", text(newest.getNextAttemptAt())));
    var list = json.putArray("attempts");
    attempts.forEach(row -> list.add(of(row.attempt())));
    return json;
  }

  static String target(WebhookAttempt attempt) {
    return attempt.getEndpointId() == null ? INLINE : attempt.getEndpointId();
  }

  private static Map<String, WebhookAttempt> newest(List<AttemptRow> attempts) {
    Map<String, AttemptRow> newest =
        attempts.stream()
            .collect(
                Collectors.toMap(
                    row -> target(row.attempt()),
                    row -> row,
                    BinaryOperator.maxBy(Comparator.comparingLong(AttemptRow::offset)),
                    TreeMap::new));
    var found = new TreeMap<String, WebhookAttempt>();
    newest.forEach((target, row) -> found.put(target, row.attempt()));
    return found;
  }

  private static String state(AttemptOutcome outcome) {
    return outcome == AttemptOutcome.RETRY ? "PENDING" : outcome.name();
  }

  private static Long jobId(WebhookAttempt attempt) {
    return attempt.getJobId() == 0 ? null : attempt.getJobId();
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
