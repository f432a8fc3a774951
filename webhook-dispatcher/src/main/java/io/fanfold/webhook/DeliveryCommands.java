package io.fanfold.webhook;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.DeliveryAction;
import io.fanfold.schemas.DeliveryCommand;
import io.fanfold.schemas.WebhookEndpoint;
import io.micrometer.core.instrument.Counter;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;

/** Carries out what is asked for on {@code delivery-commands}. */
final class DeliveryCommands {

  // It becomes the webhook-id and a part of keys.
  private static final Pattern EVENT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final Endpoints endpoints;
  private final DueDeliveries deliveries;
  private final DeliveryIndex index;
  private final Housekeeping.Cancel cancel;
  private final Counter created;
  private final Counter replayed;

  DeliveryCommands(
      Endpoints endpoints,
      DueDeliveries deliveries,
      DeliveryIndex index,
      Housekeeping.Cancel cancel,
      Telemetry telemetry) {
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.index = index;
    this.cancel = cancel;
    this.created = telemetry.counter(Meters.DELIVERIES);
    this.replayed = telemetry.counter(Meters.DELIVERIES_REPLAYED);
  }

  /**
   * @param at when it was asked for
   * @param offset of the command in its partition
   * @throws SerializationException when it does not say what its action needs
   */
  void apply(DeliveryCommand command, Instant at, long offset) {
    switch (command.getAction()) {
      case SEND -> send(command, at);
      case REPLAY -> {
        for (Delivery delivery : concerned(command)) {
          if (!delivery.isPending()) {
            replayed.increment();
          }
          deliveries.replay(delivery);
        }
      }
      case RECOVER -> {
        require(command.getSince() != null, "since");
        sweep(command, at, offset);
      }
      case CANCEL -> {
        if (command.getEventId() == null) {
          sweep(command, at, offset);
        } else {
          concerned(command).stream().filter(Delivery::isPending).forEach(cancel::cancel);
        }
      }
    }
  }

  private void send(DeliveryCommand command, Instant at) {
    require(isEventId(command.getEventId()), "eventId");
    require(command.getEventType() != null, "eventType");
    require(command.getBody() != null, "body");
    if (command.getEndpointId() == null) {
      for (WebhookEndpoint endpoint : endpoints.of(command.getProject())) {
        Subscription.of(endpoint)
            .filter(subscription -> subscription.wants(command.getEventType()))
            .ifPresent(subscription -> send(command, at, subscription));
      }
    } else {
      // Also when it is not known here, or not yet, or disabled: then the attempt says so.
      send(command, at, Subscription.only(command.getProject(), command.getEndpointId()));
    }
  }

  private void send(DeliveryCommand command, Instant at, Subscription to) {
    Delivery delivery =
        to.delivery(command.getEventId(), command.getProject(), command.getEventType(), at);
    if (deliveries.add(delivery, command.getBody())) {
      created.increment();
    }
  }

  private List<Delivery> concerned(DeliveryCommand command) {
    require(isEventId(command.getEventId()), "eventId");
    return deliveries.deliveries().ofEvent(command.getEventId()).stream()
        .filter(delivery -> delivery.project().equals(command.getProject()))
        .filter(
            delivery ->
                command.getEndpointId() == null
                    || command.getEndpointId().equals(delivery.targetId()))
        .toList();
  }

  private void sweep(DeliveryCommand command, Instant at, long offset) {
    boolean recover = command.getAction() == DeliveryAction.RECOVER;
    index.putSweep(
        new Sweep(
            "%019d".formatted(offset),
            command.getAction(),
            command.getProject(),
            command.getEndpointId(),
            recover ? command.getSince().toEpochMilli() : Long.MIN_VALUE,
            at.toEpochMilli(),
            null));
  }

  private static boolean isEventId(String id) {
    return id != null && EVENT_ID.matcher(id).matches();
  }

  private static void require(boolean present, String field) {
    if (!present) {
      throw new SerializationException("a delivery command without a usable " + field);
    }
  }
}
