package io.fanfold.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The deliveries of one partition and when each is due. A delivery is either in the due index or in
 * the sender's hands; the latter is known in memory only, so that a new owner of the partition
 * finds those without a due time and sends them again, under the same event id.
 */
final class DueDeliveries {

  private static final Duration TICK = Duration.ofMillis(100);

  /** The most that one tick hands over, so that records are still read in between. */
  private static final int MAX_PER_TICK = 1_000;

  // A receiver that is busy has its deliveries put off, each a little more than the one before:
  // they must not stand at the head of the index in the way of those of others.
  private static final int BUSY_PAUSE_MS = 500;
  private static final int BUSY_STEP_MS = 5;

  private static final byte[] PRESENT = {};

  private final ProcessorContext<?, ?> context;
  private final Sender sender;
  private final Function<String, Target> targets;
  private final KeyValueStore<String, byte[]> deliveries;
  private final KeyValueStore<String, byte[]> due;
  private final Set<String> handedOver = new HashSet<>();
  private boolean recovered;

  /**
   * @param targets job key to target, null when there is none any more
   */
  DueDeliveries(ProcessorContext<?, ?> context, Sender sender, Function<String, Target> targets) {
    this.context = context;
    this.sender = sender;
    this.targets = targets;
    this.deliveries = context.getStateStore(DeliveryTopology.DELIVERIES);
    this.due = context.getStateStore(DeliveryTopology.DELIVERIES_DUE);
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  /** Adds a delivery and tries to hand it over at once; false when it is there already. */
  boolean add(Delivery delivery) {
    if (deliveries.get(delivery.eventId()) != null) {
      return false;
    }
    deliveries.put(delivery.eventId(), delivery.write());
    if (handOver(delivery) != Sender.Answer.ACCEPTED) {
      due.put(delivery.dueKey(), PRESENT);
    }
    return true;
  }

  /** Forgets a delivery that is delivered or given up. */
  void finish(String eventId) {
    handedOver.remove(eventId);
    Delivery delivery = find(eventId);
    if (delivery != null) {
      // Present when the same attempt was made twice, by an owner before us and by us.
      due.delete(delivery.dueKey());
      deliveries.delete(eventId);
    }
  }

  /** Puts the next attempt on the schedule; outcomes of earlier attempts change nothing. */
  void retry(String eventId, int attempt, long nextAtMs) {
    Delivery delivery = find(eventId);
    if (delivery == null || delivery.attempt() != attempt) {
      return;
    }
    handedOver.remove(eventId);
    due.delete(delivery.dueKey());
    put(delivery.next(nextAtMs));
  }

  private void tick(long nowMs) {
    if (!recovered) {
      recover();
      recovered = true;
    }
    var postponed = new HashMap<String, Integer>();
    for (String key : dueBy(nowMs)) {
      Delivery delivery = find(Delivery.eventOf(key));
      if (delivery == null) {
        due.delete(key);
        continue;
      }
      switch (handOver(delivery)) {
        case ACCEPTED -> due.delete(key);
        case RECEIVER_BUSY -> {
          due.delete(key);
          put(delivery.later(nowMs + pause(delivery, postponed)));
        }
        case FULL -> {
          return;
        }
      }
    }
  }

  /** Deliveries that were in the hands of a sender when its process ended. */
  private void recover() {
    var lost = new ArrayList<Delivery>();
    try (KeyValueIterator<String, byte[]> all = deliveries.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> row = all.next();
        if (!handedOver.contains(row.key)) {
          Delivery delivery = Delivery.read(row.value);
          if (due.get(delivery.dueKey()) == null) {
            lost.add(delivery);
          }
        }
      }
    }
    lost.forEach(delivery -> due.put(delivery.dueKey(), PRESENT));
  }

  private List<String> dueBy(long nowMs) {
    var keys = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> rows = due.range(null, Delivery.dueKey(nowMs + 1))) {
      while (rows.hasNext() && keys.size() < MAX_PER_TICK) {
        keys.add(rows.next().key);
      }
    }
    return keys;
  }

  private Sender.Answer handOver(Delivery delivery) {
    var answer =
        sender.offer(
            new Sender.Attempt(
                delivery, targets.apply(delivery.jobKey()), context.taskId().partition()));
    if (answer == Sender.Answer.ACCEPTED) {
      handedOver.add(delivery.eventId());
    }
    return answer;
  }

  private int pause(Delivery delivery, Map<String, Integer> postponed) {
    Target target = targets.apply(delivery.jobKey());
    int before = postponed.merge(target == null ? "" : target.publicUrl(), 1, Integer::sum) - 1;
    return BUSY_PAUSE_MS + before * BUSY_STEP_MS;
  }

  private void put(Delivery delivery) {
    deliveries.put(delivery.eventId(), delivery.write());
    due.put(delivery.dueKey(), PRESENT);
  }

  private Delivery find(String eventId) {
    byte[] bytes = deliveries.get(eventId);
    return bytes == null ? null : Delivery.read(bytes);
  }
}
