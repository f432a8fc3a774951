package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Where to find deliveries other than by their key; one store, the first letter of a key says what
 * the row is.
 *
 * <pre>
 * l job/target/place        pending, in the order of the job's events
 * g project time/key        given up
 * x time/event              when an event may be forgotten
 * p job/target              how far the job was when the target last heard of it
 * f project/endpoint        since when it fails
 * o event/target            how an attempt went that was read before its delivery
 * s number                  a change of many deliveries that is under way
 * </pre>
 */
final class DeliveryIndex {

  static final String SWEEPS = "s";

  private static final byte[] PRESENT = {};

  private final KeyValueStore<String, byte[]> rows;
  // Nothing is left before it; looking from the beginning would pass all that was ever removed.
  private String expiryFrom = "x";

  DeliveryIndex(KeyValueStore<String, byte[]> rows) {
    this.rows = rows;
  }

  void addToLine(Delivery delivery) {
    if (!delivery.jobKey().isEmpty()) {
      rows.put(place(delivery), delivery.key().getBytes(US_ASCII));
    }
  }

  void removeFromLine(Delivery delivery) {
    if (!delivery.jobKey().isEmpty()) {
      rows.delete(place(delivery));
    }
  }

  /** The keys of all pending deliveries of a job to a target, in the order of the events. */
  List<String> line(String jobKey, String targetId) {
    var keys = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> found = prefixed("l" + jobKey + "/" + targetId + "/")) {
      found.forEachRemaining(row -> keys.add(new String(row.value, US_ASCII)));
    }
    return keys;
  }

  /** The key of the first of them, if there is one. */
  Optional<String> firstInLine(Delivery delivery) {
    try (KeyValueIterator<String, byte[]> found =
        prefixed("l" + delivery.jobKey() + "/" + delivery.targetId() + "/")) {
      return found.hasNext()
          ? Optional.of(new String(found.next().value, US_ASCII))
          : Optional.empty();
    }
  }

  void addGivenUp(Delivery delivery) {
    rows.put(givenUp(delivery), PRESENT);
  }

  void removeGivenUp(Delivery delivery) {
    rows.delete(givenUp(delivery));
  }

  /**
   * Rows of deliveries that were given up, by the time of their event.
   *
   * @param after a row to go on after, or null
   * @param sinceMs of this time or later
   * @param most how many
   */
  List<String> givenUp(String project, String after, long sinceMs, int most) {
    String family = "g" + Receiver.projectKey(project);
    String from = after == null ? family + "%013d".formatted(Math.max(0, sinceMs)) : after + "\0";
    var found = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> each = rows.range(from, family + "~")) {
      while (each.hasNext() && found.size() < most) {
        found.add(each.next().key);
      }
    }
    return found;
  }

  static String deliveryOfGivenUp(String row) {
    return row.substring(row.indexOf('/') + 1);
  }

  void expireAt(long atMs, String eventId) {
    String row = "x%013d/%s".formatted(Math.max(0, atMs), eventId);
    rows.put(row, PRESENT);
    if (row.compareTo(expiryFrom) < 0) {
      expiryFrom = row;
    }
  }

  /** Takes out up to so many events whose time has come, and returns their ids. */
  List<String> takeExpired(long nowMs, int most) {
    var expired = new ArrayList<String>();
    String to = "x%013d/".formatted(nowMs + 1);
    if (to.compareTo(expiryFrom) < 0) {
      return expired;
    }
    String from = to;
    try (KeyValueIterator<String, byte[]> due = rows.range(expiryFrom, to)) {
      while (due.hasNext()) {
        String row = due.next().key;
        if (expired.size() == most) {
          from = row;
          break;
        }
        expired.add(row);
      }
    }
    expired.forEach(rows::delete);
    expiryFrom = from;
    expired.replaceAll(DeliveryIndex::deliveryOfGivenUp);
    return expired;
  }

  ProgressMark progress(String jobKey, String targetId) {
    byte[] mark = rows.get("p" + jobKey + "/" + targetId);
    return mark == null ? null : ProgressMark.parse(new String(mark, US_ASCII));
  }

  void putProgress(String jobKey, String targetId, ProgressMark mark) {
    rows.put("p" + jobKey + "/" + targetId, mark.toString().getBytes(US_ASCII));
  }

  /** When an attempt of the job is over, nothing more is counted in it. */
  void removeProgress(String jobKey) {
    var marks = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> found = prefixed("p" + jobKey + "/")) {
      found.forEachRemaining(row -> marks.add(row.key));
    }
    marks.forEach(rows::delete);
  }

  Optional<Long> failingSince(String project, String endpointId) {
    byte[] since = rows.get("f" + project + "/" + endpointId);
    return since == null
        ? Optional.empty()
        : Optional.of(Long.valueOf(new String(since, US_ASCII)));
  }

  void putFailingSince(String project, String endpointId, long sinceMs) {
    rows.put("f" + project + "/" + endpointId, Long.toString(sinceMs).getBytes(US_ASCII));
  }

  void removeFailing(String project, String endpointId) {
    String row = "f" + project + "/" + endpointId;
    if (rows.get(row) != null) {
      rows.delete(row);
    }
  }

  void putEarly(String deliveryKey, EarlyOutcome outcome) {
    rows.put("o" + deliveryKey, outcome.toString().getBytes(US_ASCII));
  }

  /** The newest outcome of a delivery that was read before it; it is early no more. */
  Optional<EarlyOutcome> takeEarly(String deliveryKey) {
    byte[] row = rows.get("o" + deliveryKey);
    if (row == null) {
      return Optional.empty();
    }
    rows.delete("o" + deliveryKey);
    return Optional.of(EarlyOutcome.parse(new String(row, US_ASCII)));
  }

  void removeEarly(String eventId) {
    var early = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> found = prefixed("o" + eventId + "/")) {
      found.forEachRemaining(row -> early.add(row.key));
    }
    early.forEach(rows::delete);
  }

  void putSweep(Sweep sweep) {
    rows.put(SWEEPS + sweep.id(), sweep.write());
  }

  void removeSweep(Sweep sweep) {
    rows.delete(SWEEPS + sweep.id());
  }

  Optional<Sweep> firstSweep() {
    try (KeyValueIterator<String, byte[]> found = prefixed(SWEEPS)) {
      return found.hasNext() ? Optional.of(Sweep.read(found.next().value)) : Optional.empty();
    }
  }

  private KeyValueIterator<String, byte[]> prefixed(String prefix) {
    return rows.prefixScan(prefix, new StringSerializer());
  }

  private static String place(Delivery delivery) {
    return "l%s/%s/%s".formatted(delivery.jobKey(), delivery.targetId(), delivery.place());
  }

  private static String givenUp(Delivery delivery) {
    return "g%s%013d/%s"
        .formatted(Receiver.projectKey(delivery.project()), delivery.eventAtMs(), delivery.key());
  }
}
