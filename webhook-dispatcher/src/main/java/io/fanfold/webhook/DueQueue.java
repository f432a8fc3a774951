package io.fanfold.webhook;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When each pending delivery of one partition is due: a store with a queue for each receiver. A
 * delivery stays in its queue until it ends or is put off; that a sender has it in hand is known in
 * memory only, so a new owner of the partition hands it out again.
 *
 * <p>In memory is one small entry for each receiver that has something pending: when to look at its
 * queue next, and from where. So a receiver that is busy, too slow or down costs one look now and
 * then, however many deliveries wait for it.
 */
final class DueQueue {

  /** Hands one delivery to the sender. */
  interface Hand {
    Sender.Answer offer(String deliveryKey);
  }

  private static final long NEVER = Long.MAX_VALUE;

  // So that records are read in between, and no receiver's turn is long.
  private static final int MAX_LOOKS_PER_TICK = 1_000;
  private static final int MAX_PER_LOOK = 64;

  private static final byte[] PRESENT = {};

  private final KeyValueStore<String, byte[]> rows;
  private final Map<String, Lane> lanes = new HashMap<>();
  private final TreeSet<Lane> schedule =
      new TreeSet<>(
          Comparator.<Lane>comparingLong(lane -> lane.lookAtMs)
              .thenComparing(lane -> lane.receiver));
  private final Set<String> inHand = new HashSet<>();
  private boolean discovered;

  /** What is known of one receiver's queue. */
  private static final class Lane {
    private final String receiver;
    private long lookAtMs = NEVER;
    // Everything before it is in the sender's hands.
    private String from;
    private int inHand;
    // The sender took no more of it when last asked.
    private boolean stopped;

    private Lane(String receiver) {
      this.receiver = receiver;
      this.from = end();
    }

    private String end() {
      return receiver + "0";
    }
  }

  DueQueue(KeyValueStore<String, byte[]> rows) {
    this.rows = rows;
  }

  void put(Delivery delivery) {
    String row = row(delivery);
    rows.put(row, PRESENT);
    consider(row);
  }

  /**
   * @param delivery as it was put
   */
  void remove(Delivery delivery) {
    rows.delete(row(delivery));
    Lane lane = lanes.get(delivery.receiver());
    if (inHand.remove(delivery.key()) && lane != null) {
      lane.inHand--;
      forgetIfEmpty(lane);
    }
  }

  /** Hands out what is due of all receivers, until the sender is full. */
  void handOut(long nowMs, Hand hand) {
    if (!discovered) {
      discover();
      discovered = true;
    }
    for (int looks = 0; looks < MAX_LOOKS_PER_TICK && !schedule.isEmpty(); looks++) {
      Lane lane = schedule.first();
      if (lane.lookAtMs > nowMs || !look(lane, nowMs, hand)) {
        return;
      }
    }
  }

  /** Hands out what is due of one receiver, unless it is being left alone. */
  void handOut(String receiver, long nowMs, Hand hand) {
    Lane lane = lanes.get(receiver);
    if (lane != null && lane.lookAtMs <= nowMs) {
      look(lane, nowMs, hand);
    }
  }

  /** As {@link #handOut}, after an attempt has ended: there may be room for another. */
  void handOutNext(String receiver, long nowMs, Hand hand) {
    Lane lane = lanes.get(receiver);
    if (lane != null && (lane.stopped || lane.lookAtMs <= nowMs)) {
      look(lane, nowMs, hand);
    }
  }

  /** What a former owner of the partition left; one row of each queue is enough to know of it. */
  private void discover() {
    String from = null;
    do {
      try (KeyValueIterator<String, byte[]> found = rows.range(from, null)) {
        from = found.hasNext() ? consider(found.next().key).end() : null;
      }
    } while (from != null);
  }

  private Lane consider(String row) {
    Lane lane = lanes.computeIfAbsent(row.substring(0, Receiver.LENGTH), Lane::new);
    if (row.compareTo(lane.from) < 0) {
      lane.from = row;
    }
    if (!lane.stopped && dueOf(row) < lane.lookAtMs) {
      lookAt(lane, dueOf(row));
    }
    return lane;
  }

  private boolean look(Lane lane, long nowMs, Hand hand) {
    lane.stopped = false;
    String from = lane.end();
    long next = NEVER;
    boolean room = true;
    int handed = 0;
    try (KeyValueIterator<String, byte[]> queue = rows.range(lane.from, lane.end())) {
      while (queue.hasNext() && next == NEVER) {
        String row = queue.next().key;
        String key = deliveryOf(row);
        if (inHand.contains(key)) {
          continue;
        }
        Sender.Answer answer = null;
        if (dueOf(row) > nowMs) {
          next = dueOf(row);
        } else if (handed == MAX_PER_LOOK) {
          next = nowMs + 1;
        } else {
          answer = hand.offer(key);
        }
        if (answer instanceof Sender.Answer.Accepted) {
          inHand.add(key);
          lane.inHand++;
          handed++;
          continue;
        }
        from = row;
        if (answer instanceof Sender.Answer.Later later) {
          lane.stopped = true;
          next = nowMs + Math.max(1, later.afterMs());
        } else if (answer instanceof Sender.Answer.Full) {
          lane.stopped = true;
          next = nowMs + 1;
          room = false;
        }
      }
    }
    lane.from = from;
    lookAt(lane, next);
    forgetIfEmpty(lane);
    return room;
  }

  private void lookAt(Lane lane, long atMs) {
    schedule.remove(lane);
    lane.lookAtMs = atMs;
    if (atMs != NEVER) {
      schedule.add(lane);
    }
  }

  private void forgetIfEmpty(Lane lane) {
    if (lane.inHand == 0 && lane.lookAtMs == NEVER) {
      lanes.remove(lane.receiver);
    }
  }

  /** Sorts by receiver and time; the time has as many digits as the year 2286 needs. */
  private static String row(Delivery delivery) {
    return "%s/%013d/%s"
        .formatted(delivery.receiver(), Math.max(0, delivery.nextAtMs()), delivery.key());
  }

  static String deliveryOf(String row) {
    return row.substring(Receiver.LENGTH + 15);
  }

  private static long dueOf(String row) {
    return Long.parseLong(row.substring(Receiver.LENGTH + 1, Receiver.LENGTH + 14));
  }
}
