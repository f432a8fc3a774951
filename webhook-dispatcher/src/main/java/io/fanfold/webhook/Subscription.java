package io.fanfold.webhook;

import io.fanfold.schemas.Webhook;
import io.fanfold.schemas.WebhookEndpoint;
import io.fanfold.schemas.WebhookPayload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a target wants of what happens to jobs.
 *
 * @param targetId {@link Receiver#INLINE}, or an endpoint's id
 * @param receiver whose limits hold, see {@link Receiver}
 * @param events types; empty for every status change of a job
 * @param format null for one that nobody here knows: the sender says so
 * @param since what happened before is not for it
 */
record Subscription(
    String targetId,
    String receiver,
    List<String> events,
    WebhookPayload payload,
    int progressSteps,
    boolean ordered,
    PayloadFormat format,
    Instant since) {

  private static final Set<String> ONLY_WHEN_NAMED =
      Set.of(WebhookEvent.PROGRESS, "endpoint.disabled", "webhook.test");

  // The clock that says when an endpoint was made is not the one that says when a job changed.
  private static final Duration SKEW = Duration.ofMinutes(1);

  static Subscription of(String project, Webhook webhook) {
    return new Subscription(
        Receiver.INLINE,
        Receiver.inline(project, webhook.getUrl()),
        webhook.getEvents(),
        webhook.getPayload(),
        webhook.getProgressSteps(),
        webhook.getOrdered(),
        PayloadFormat.named(webhook.getFormat()).orElse(null),
        Instant.EPOCH);
  }

  /** For what is sent to one endpoint, whatever it wants. */
  static Subscription only(String project, String endpointId) {
    return new Subscription(
        endpointId,
        Receiver.endpoint(project, endpointId),
        List.of(),
        WebhookPayload.THIN,
        1,
        false,
        new PayloadFormat.Standard(),
        Instant.EPOCH);
  }

  /** Empty when it is disabled. */
  static Optional<Subscription> of(WebhookEndpoint endpoint) {
    if (!endpoint.getEnabled()) {
      return Optional.empty();
    }
    return Optional.of(
        new Subscription(
            endpoint.getId(),
            Receiver.endpoint(endpoint.getProject(), endpoint.getId()),
            endpoint.getEvents(),
            endpoint.getPayload(),
            endpoint.getProgressSteps(),
            endpoint.getOrdered(),
            new PayloadFormat.Standard(),
            endpoint.getCreatedAt().minus(SKEW)));
  }

  boolean wants(String type) {
    boolean named = events.isEmpty() ? !ONLY_WHEN_NAMED.contains(type) : events.contains(type);
    return named && (format == null || format.posts(type));
  }

  boolean wants(WebhookEvent event) {
    return wants(event.type()) && !event.at().isBefore(since);
  }

  /** Of an event that is no job's. */
  Delivery delivery(String eventId, String project, String type, Instant at) {
    return delivery(eventId, "", project, type, at, "");
  }

  Delivery delivery(WebhookEvent event, String jobKey) {
    return delivery(
        event.id(), jobKey, event.state().getProject(), event.type(), event.at(), event.place());
  }

  private Delivery delivery(
      String eventId, String jobKey, String project, String type, Instant at, String place) {
    return new Delivery(
        eventId,
        targetId,
        jobKey,
        project,
        type,
        place.isEmpty() ? WebhookPayload.THIN : payload,
        at.toEpochMilli(),
        place,
        ordered && !place.isEmpty(),
        false,
        receiver,
        DeliveryState.PENDING,
        0,
        1,
        at.toEpochMilli());
  }
}
