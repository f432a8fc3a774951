package io.fanfold.webhook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fanfold.kit.Json;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An event on its way to a receiver, as the {@code deliveries} store keeps it: JSON, so that a
 * newer version may add to it. The target is not part of it; it stays in one place.
 *
 * @param eventId also its key
 * @param jobKey where its target is kept
 * @param project the tenant
 * @param type as in job.completed
 * @param body the bytes every attempt sends, as text
 * @param attempt the next attempt, 1 for the first
 * @param nextAtMs when that is due
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Delivery(
    String eventId,
    String jobKey,
    String project,
    String type,
    String body,
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

  Delivery next(long atMs) {
    return new Delivery(eventId, jobKey, project, type, body, attempt + 1, atMs);
  }

  Delivery later(long atMs) {
    return new Delivery(eventId, jobKey, project, type, body, attempt, atMs);
  }

  /** Sorts by time; the time has as many digits as the year 2286 needs. */
  String dueKey() {
    return dueKey(nextAtMs) + eventId;
  }

  /** The least key of a time. */
  static String dueKey(long atMs) {
    return "%013d/".formatted(Math.max(0, atMs));
  }

  static String eventOf(String dueKey) {
    return dueKey.substring(dueKey.indexOf('/') + 1);
  }
}
