package io.fanfold.webhook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fanfold.kit.Json;
import io.fanfold.schemas.DeliveryAction;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A change of many deliveries, made a part at a time so that records are read in between; kept in
 * the index until it is done.
 *
 * @param id sorts by when it was asked for
 * @param action RECOVER or CANCEL
 * @param project whose deliveries
 * @param targetId to which target; null for all
 * @param sinceMs with RECOVER: of events of that time or later
 * @param untilMs of events until then: when it was asked for
 * @param after the last row that was looked at; null in the beginning
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Sweep(
    String id,
    DeliveryAction action,
    String project,
    String targetId,
    long sinceMs,
    long untilMs,
    String after) {

  static Sweep read(byte[] bytes) {
    try {
      return Json.MAPPER.readValue(bytes, Sweep.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the delivery index holds what is no sweep", e);
    }
  }

  byte[] write() {
    return Json.bytes(this);
  }

  boolean concerns(Delivery delivery) {
    return delivery.project().equals(project)
        && (targetId == null || targetId.equals(delivery.targetId()))
        && delivery.eventAtMs() >= sinceMs
        && delivery.eventAtMs() <= untilMs;
  }

  Sweep goneTo(String row) {
    return new Sweep(id, action, project, targetId, sinceMs, untilMs, row);
  }
}
