package io.fanfold.webhook;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.WebhookAttempt;
import java.time.Instant;

/** What the attempt log says of deliveries. */
final class AttemptRecords {

  private AttemptRecords() {}

  /**
   * The part that is known before an attempt.
   *
   * @param target null when it is gone
   */
  static WebhookAttempt.Builder of(Delivery delivery, Target target) {
    return WebhookAttempt.newBuilder()
        .setEventId(delivery.eventId())
        .setEventType(delivery.type())
        .setJobId(delivery.jobKey().isEmpty() ? 0 : Long.parseLong(delivery.jobKey()))
        .setProject(delivery.project())
        .setUrl(target == null ? "" : target.publicUrl())
        .setAttempt(delivery.attempt())
        .setEndpointId(delivery.isInline() ? null : delivery.targetId())
        .setReplay(delivery.replay());
  }

  /** The end of a delivery that no attempt was made for. */
  static WebhookAttempt ended(
      Delivery delivery, Target target, AttemptOutcome outcome, Instant at, String reason) {
    return of(delivery, target)
        .setStartedAt(at)
        .setDurationMs(0)
        .setOutcome(outcome)
        .setError(reason)
        .build();
  }

  /** What the delivery of an attempt comes to, should it be read of only later. */
  static EarlyOutcome early(WebhookAttempt attempt) {
    DeliveryState state =
        switch (attempt.getOutcome()) {
          case DELIVERED -> DeliveryState.DELIVERED;
          case GIVEN_UP -> DeliveryState.GIVEN_UP;
          case CANCELED -> DeliveryState.CANCELED;
          case RETRY -> DeliveryState.PENDING;
        };
    Instant next = attempt.getNextAttemptAt();
    return new EarlyOutcome(state, attempt.getAttempt(), next == null ? 0 : next.toEpochMilli());
  }

  /** Which delivery an attempt was of, see {@link Delivery#key}. */
  static String deliveryKey(WebhookAttempt attempt) {
    String endpoint = attempt.getEndpointId();
    return attempt.getEventId() + "/" + (endpoint == null ? Receiver.INLINE : endpoint);
  }
}
