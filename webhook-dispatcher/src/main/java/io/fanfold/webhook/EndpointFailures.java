package io.fanfold.webhook;

import io.fanfold.schemas.DisabledReason;
import io.fanfold.schemas.EndpointAction;
import io.fanfold.schemas.EndpointCommand;
import io.fanfold.schemas.WebhookAttempt;
import io.fanfold.schemas.WebhookEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When endpoints are disabled: at once when one says that it is gone, and when for so long attempts
 * failed and none succeeded. Each partition knows since when its own attempts fail; whether those
 * of others succeeded it asks.
 */
final class EndpointFailures {

  private static final int GONE = 410;

  private final Endpoints endpoints;
  private final EndpointHealth health;
  private final DeliveryIndex index;
  private final Duration disableAfter;

  EndpointFailures(
      Endpoints endpoints, EndpointHealth health, DeliveryIndex index, Duration disableAfter) {
    this.endpoints = endpoints;
    this.health = health;
    this.index = index;
    this.disableAfter = disableAfter;
  }

  void delivered(WebhookAttempt attempt) {
    index.removeFailing(attempt.getProject(), attempt.getEndpointId());
  }

  /** The command that disables the endpoint of a failed attempt, if it is to be. */
  Optional<EndpointCommand> failed(WebhookAttempt attempt) {
    WebhookEndpoint endpoint =
        endpoints.find(attempt.getProject(), attempt.getEndpointId()).orElse(null);
    if (endpoint == null || !endpoint.getEnabled()) {
      index.removeFailing(attempt.getProject(), attempt.getEndpointId());
      return Optional.empty();
    }
    if (endpoint.getUpdatedAt().isAfter(attempt.getStartedAt())) {
      // Somebody has just changed it: it was another endpoint that failed.
      return Optional.empty();
    }
    if (attempt.getError() != null && attempt.getError().startsWith(AttemptRequests.NOT_OPENED)) {
      // That is ours to repair.
      return Optional.empty();
    }
    if (Integer.valueOf(GONE).equals(attempt.getResponseStatus())) {
      return Optional.of(disable(endpoint, DisabledReason.GONE));
    }
    Instant since = failingSince(endpoint, attempt);
    return Duration.between(since, attempt.getStartedAt()).compareTo(disableAfter) < 0
        ? Optional.empty()
        : Optional.of(disable(endpoint, DisabledReason.FAILING));
  }

  private Instant failingSince(WebhookEndpoint endpoint, WebhookAttempt attempt) {
    Optional<Instant> known =
        index.failingSince(endpoint.getProject(), endpoint.getId()).map(Instant::ofEpochMilli);
    Instant succeeded =
        health.lastDelivered(endpoint.getProject(), endpoint.getId()).orElse(Instant.MIN);
    if (known.isPresent()
        && known.get().isAfter(succeeded)
        && !known.get().isBefore(endpoint.getUpdatedAt())) {
      return known.get();
    }
    index.putFailingSince(
        endpoint.getProject(), endpoint.getId(), attempt.getStartedAt().toEpochMilli());
    return attempt.getStartedAt();
  }

  private static EndpointCommand disable(WebhookEndpoint endpoint, DisabledReason reason) {
    return EndpointCommand.newBuilder()
        .setRequestId("disable-%s-%d".formatted(endpoint.getId(), endpoint.getVersion()))
        .setAction(EndpointAction.DISABLE)
        .setExpectedVersion(endpoint.getVersion())
        .setReason(reason)
        .build();
  }
}
