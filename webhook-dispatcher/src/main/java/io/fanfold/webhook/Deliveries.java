package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.schemas.WebhookPayload;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The deliveries of one partition and the bodies of their events, ended ones too. */
final class Deliveries {

  private final KeyValueStore<String, byte[]> deliveries;
  private final KeyValueStore<String, byte[]> bodies;

  Deliveries(ProcessorContext<?, ?> context) {
    this.deliveries = context.getStateStore(DeliveryTopology.DELIVERIES);
    this.bodies = context.getStateStore(DeliveryTopology.EVENT_BODIES);
  }

  /** The delivery of that key, or null. */
  Delivery find(String key) {
    byte[] bytes = deliveries.get(key);
    return bytes == null ? null : Delivery.read(bytes);
  }

  void put(Delivery delivery) {
    deliveries.put(delivery.key(), delivery.write());
  }

  List<Delivery> ofEvent(String eventId) {
    var found = new ArrayList<Delivery>();
    try (KeyValueIterator<String, byte[]> rows =
        deliveries.prefixScan(eventId + "/", new StringSerializer())) {
      rows.forEachRemaining(row -> found.add(Delivery.read(row.value)));
    }
    return found;
  }

  /** What is posted, made once: a second body for the same event changes nothing. */
  void putBody(String eventId, WebhookPayload payload, String body) {
    bodies.putIfAbsent(bodyKey(eventId, payload), body.getBytes(UTF_8));
  }

  String body(Delivery delivery) {
    byte[] bytes = bodies.get(bodyKey(delivery.eventId(), delivery.payload()));
    if (bytes == null) {
      throw new IllegalStateException("event " + delivery.eventId() + " has lost its body");
    }
    return new String(bytes, UTF_8);
  }

  /** Removes an event with all its deliveries and bodies. */
  void remove(String eventId) {
    ofEvent(eventId).forEach(delivery -> deliveries.delete(delivery.key()));
    for (WebhookPayload payload : WebhookPayload.values()) {
      bodies.delete(bodyKey(eventId, payload));
    }
  }

  private static String bodyKey(String eventId, WebhookPayload payload) {
    return eventId + "/" + payload;
  }
}
