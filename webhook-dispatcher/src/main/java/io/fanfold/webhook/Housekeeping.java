package io.fanfold.webhook;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.DeliveryAction;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** What is done to many deliveries of a partition, a part at a time: sweeps, and forgetting. */
final class Housekeeping {

  private static final Duration TICK = Duration.ofMillis(100);
  private static final int PART = 500;

  /** An event that is still on its way is looked at again so much later. */
  private static final Duration NOT_YET = Duration.ofHours(1);

  private final DueDeliveries due;
  private final DeliveryIndex index;
  private final KeyValueStore<String, byte[]> queueRows;
  private final Cancel cancel;
  private final Counter replayed;

  /** Ends a pending delivery on request and says so in the attempt log. */
  interface Cancel {
    void cancel(Delivery delivery);
  }

  Housekeeping(
      DueDeliveries due,
      DeliveryIndex index,
      KeyValueStore<String, byte[]> queueRows,
      Cancel cancel,
      Telemetry telemetry) {
    this.due = due;
    this.index = index;
    this.queueRows = queueRows;
    this.cancel = cancel;
    this.replayed = telemetry.counter(Meters.DELIVERIES_REPLAYED);
  }

  void schedule(ProcessorContext<?, ?> context) {
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  private void tick(long nowMs) {
    for (String eventId : index.takeExpired(nowMs, PART)) {
      expire(eventId, nowMs);
    }
    index.firstSweep().ifPresent(this::goOn);
  }

  private void expire(String eventId, long nowMs) {
    List<Delivery> all = due.deliveries().ofEvent(eventId);
    if (all.stream().anyMatch(Delivery::isPending)) {
      index.expireAt(nowMs + NOT_YET.toMillis(), eventId);
      return;
    }
    all.forEach(index::removeGivenUp);
    index.removeEarly(eventId);
    due.deliveries().remove(eventId);
  }

  private void goOn(Sweep sweep) {
    Optional<Sweep> rest =
        sweep.action() == DeliveryAction.RECOVER ? recover(sweep) : cancelPart(sweep);
    rest.ifPresentOrElse(index::putSweep, () -> index.removeSweep(sweep));
  }

  private Optional<Sweep> recover(Sweep sweep) {
    List<String> rows = index.givenUp(sweep.project(), sweep.after(), sweep.sinceMs(), PART);
    for (String row : rows) {
      Delivery delivery = due.deliveries().find(DeliveryIndex.deliveryOfGivenUp(row));
      if (delivery != null
          && delivery.state() == DeliveryState.GIVEN_UP
          && sweep.concerns(delivery)) {
        due.replay(delivery);
        replayed.increment();
      }
    }
    return rows.size() < PART
        ? Optional.empty()
        : Optional.of(sweep.goneTo(rows.get(rows.size() - 1)));
  }

  private Optional<Sweep> cancelPart(Sweep sweep) {
    String family = family(sweep);
    var found = new ArrayList<Delivery>();
    String last = null;
    int looked = 0;
    try (KeyValueIterator<String, byte[]> rows =
        queueRows.range(sweep.after() == null ? family : sweep.after() + "\0", family + "~")) {
      for (; rows.hasNext() && looked < PART; looked++) {
        last = rows.next().key;
        Delivery delivery = due.deliveries().find(DueQueue.deliveryOf(last));
        if (delivery != null && sweep.concerns(delivery)) {
          found.add(delivery);
        }
      }
    }
    for (Delivery delivery : found) {
      // Those that wait for it go first, or its end would send the next of them.
      due.waitingBehind(delivery).stream().filter(sweep::concerns).forEach(cancel::cancel);
      cancel.cancel(delivery);
    }
    return looked < PART ? Optional.empty() : Optional.of(sweep.goneTo(last));
  }

  private static String family(Sweep sweep) {
    return sweep.targetId() == null || sweep.targetId().equals(Receiver.INLINE)
        ? Receiver.projectKey(sweep.project())
        : Receiver.endpoint(sweep.project(), sweep.targetId());
  }
}
