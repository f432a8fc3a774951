package io.fanfold.webhook;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fanfold.kit.Json;
import io.fanfold.schemas.WebhookPayload;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An event on its way to one target, or what became of it, as the {@code deliveries} store keeps
 * it: JSON, so that a newer version may add to it. Body, URL and secrets are elsewhere.
 *
 * @param eventId the webhook-id of every attempt
 * @param targetId {@link Receiver#INLINE}, or an endpoint's id
 * @param jobKey the job; empty for an event that is no job's
 * @param project the tenant
 * @param type as in job.completed
 * @param payload which of the event's bodies is posted
 * @param eventAtMs when it happened
 * @param place where it stands among the job's events; empty without a job
 * @param ordered whether it waits for those before it
 * @param blocked whether it does so now: it is not in the queue
 * @param receiver whose queue it is in, see {@link Receiver}
 * @param state what became of it
 * @param replay how often it was sent again on request
 * @param attempt the next attempt, 1 for the first
 * @param nextAtMs when that is due
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Delivery(
    String eventId,
    String targetId,
    String jobKey,
    String project,
    String type,
    WebhookPayload payload,
    long eventAtMs,
    String place,
    boolean ordered,
    boolean blocked,
    String receiver,
    DeliveryState state,
    int replay,
    int attempt,
    long nextAtMs) {

  static Delivery read(byte[] bytes) {
    try {
      return Json.MAPPER.readValue(bytes, Delivery.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the deliveries store holds what is no delivery", e);
    }
  }

  byte[] write() {
    return Json.bytes(this);
  }

  /** One for each event and target. */
  String key() {
    return eventId + "/" + targetId;
  }

  @JsonIgnore
  boolean isPending() {
    return state == DeliveryState.PENDING;
  }

  @JsonIgnore
  boolean isInline() {
    return targetId.equals(Receiver.INLINE);
  }

  Delivery next(long atMs) {
    return with(false, state, replay, attempt + 1, atMs);
  }

  /** After so many attempts. */
  Delivery tried(int attempts, long atMs) {
    return with(false, state, replay, attempts + 1, atMs);
  }

  /** Stands in the queue from that time on. */
  Delivery queued(long atMs) {
    return with(false, state, replay, attempt, atMs);
  }

  Delivery waiting() {
    return with(true, state, replay, attempt, nextAtMs);
  }

  Delivery ended(DeliveryState end) {
    return with(false, end, replay, attempt, nextAtMs);
  }

  /** All over again. */
  Delivery replayed(long atMs) {
    return with(false, DeliveryState.PENDING, replay + 1, 1, atMs);
  }

  private Delivery with(
      boolean nowBlocked, DeliveryState nowState, int nowReplay, int nowAttempt, long atMs) {
    return new Delivery(
        eventId,
        targetId,
        jobKey,
        project,
        type,
        payload,
        eventAtMs,
        place,
        ordered,
        nowBlocked,
        receiver,
        nowState,
        nowReplay,
        nowAttempt,
        atMs);
  }
}
