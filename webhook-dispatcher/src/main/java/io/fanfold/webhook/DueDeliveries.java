package io.fanfold.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The deliveries of one partition: each is in the queue or waits for those before it until it ends,
 * and is kept for a while after that.
 */
final class DueDeliveries {

  private static final Duration TICK = Duration.ofMillis(100);

  private final ProcessorContext<?, ?> context;
  private final Sender sender;
  private final Function<Delivery, Target> targets;
  private final Deliveries deliveries;
  private final DeliveryIndex index;
  private final DueQueue queue;
  private final Takeover takeover;
  private final Duration retention;

  /**
   * @param targets null for a delivery whose target is there no more
   * @param retention how long events are kept
   */
  DueDeliveries(
      ProcessorContext<Object, byte[]> context,
      Sender sender,
      Function<Delivery, Target> targets,
      DeliveryIndex index,
      Duration retention) {
    this.context = context;
    this.sender = sender;
    this.targets = targets;
    this.deliveries = new Deliveries(context);
    this.index = index;
    this.queue = new DueQueue(context.getStateStore(DeliveryTopology.DELIVERIES_DUE));
    this.retention = retention;
    this.takeover = new Takeover(context);
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  Takeover takeover() {
    return takeover;
  }

  Deliveries deliveries() {
    return deliveries;
  }

  /**
   * Adds a delivery and tries to hand it over at once; false when it is there already, ended or
   * not.
   *
   * @param body of its event and payload
   */
  boolean add(Delivery delivery, String body) {
    if (deliveries.find(delivery.key()) != null) {
      return false;
    }
    deliveries.putBody(delivery.eventId(), delivery.payload(), body);
    index.expireAt(delivery.eventAtMs() + retention.toMillis(), delivery.eventId());
    index
        .takeEarly(delivery.key())
        .ifPresentOrElse(early -> begin(delivery, early), () -> begin(delivery.queued(now())));
    return true;
  }

  /** Whether there is such a delivery, ended or not. */
  boolean isKnown(String key) {
    return deliveries.find(key) != null;
  }

  /** Keeps an outcome until its delivery is read of. */
  void remember(String key, String eventId, EarlyOutcome outcome) {
    index.putEarly(key, outcome);
    index.expireAt(now() + retention.toMillis(), eventId);
  }

  /** The next attempt is due then; outcomes of other attempts than the last change nothing. */
  void retry(String key, int replay, int attempt, long nextAtMs) {
    Delivery delivery = deliveries.find(key);
    if (delivery == null
        || !delivery.isPending()
        || delivery.blocked()
        || delivery.replay() != replay
        || delivery.attempt() != attempt) {
      return;
    }
    queue.remove(delivery);
    enqueue(delivery.next(nextAtMs));
    handOutNext(delivery.receiver());
  }

  /** An attempt ended the delivery. That of an earlier replay does not end a later one. */
  void ended(String key, int replay, DeliveryState state) {
    Delivery delivery = deliveries.find(key);
    if (delivery == null || delivery.replay() != replay) {
      return;
    }
    if (delivery.isPending()) {
      end(delivery, state);
    } else if (state == DeliveryState.DELIVERED && delivery.state() != DeliveryState.DELIVERED) {
      // It was under way when somebody gave it up, and arrived.
      forgetGivenUp(delivery);
      deliveries.put(delivery.ended(state));
    }
  }

  /**
   * @param delivery a pending one
   */
  void end(Delivery delivery, DeliveryState state) {
    if (!delivery.blocked()) {
      queue.remove(delivery);
    }
    index.removeFromLine(delivery);
    deliveries.put(delivery.ended(state));
    if (state == DeliveryState.GIVEN_UP) {
      index.addGivenUp(delivery);
    }
    if (!delivery.jobKey().isEmpty()) {
      index.firstInLine(delivery).map(deliveries::find).ifPresent(this::unblock);
    }
    handOutNext(delivery.receiver());
  }

  /** What is pending of a job to a target, the last first. */
  List<Delivery> pending(String jobKey, String targetId) {
    var pending = new ArrayList<Delivery>();
    for (String key : index.line(jobKey, targetId)) {
      pending.add(0, deliveries.find(key));
    }
    return pending;
  }

  /** Those of the same job and target that wait in line, the last first. */
  List<Delivery> waitingBehind(Delivery delivery) {
    return delivery.jobKey().isEmpty()
        ? List.of()
        : pending(delivery.jobKey(), delivery.targetId()).stream()
            .filter(Delivery::blocked)
            .toList();
  }

  /** Sends it again whatever became of it, with all its attempts before it. */
  void replay(Delivery delivery) {
    if (delivery.isPending()) {
      if (!delivery.blocked()) {
        queue.remove(delivery);
        enqueue(delivery.replayed(now()));
        handOut(delivery.receiver());
      }
      return;
    }
    forgetGivenUp(delivery);
    begin(delivery.replayed(now()));
  }

  /** Hands out whatever is due, unless it is too early to know. */
  void handOut() {
    if (takeover.isOver()) {
      queue.handOut(now(), this::offer);
    }
  }

  private void handOut(String receiver) {
    if (takeover.isOver()) {
      queue.handOut(receiver, now(), this::offer);
    }
  }

  private void handOutNext(String receiver) {
    if (takeover.isOver()) {
      queue.handOutNext(receiver, now(), this::offer);
    }
  }

  private void tick(long nowMs) {
    takeover.begin();
    handOut();
  }

  /** Goes on where a former owner was. */
  private void begin(Delivery delivery, EarlyOutcome early) {
    if (early.state() == DeliveryState.PENDING) {
      begin(delivery.tried(early.attempt(), early.nextAtMs()));
      return;
    }
    deliveries.put(delivery.ended(early.state()));
    if (early.state() == DeliveryState.GIVEN_UP) {
      index.addGivenUp(delivery);
    }
  }

  private void begin(Delivery delivery) {
    index.addToLine(delivery);
    boolean first =
        !delivery.ordered()
            || index.firstInLine(delivery).filter(delivery.key()::equals).isPresent();
    if (first) {
      enqueue(delivery);
      handOut(delivery.receiver());
    } else {
      deliveries.put(delivery.waiting());
    }
  }

  private void unblock(Delivery delivery) {
    if (delivery.blocked()) {
      enqueue(delivery.queued(now()));
    }
  }

  private void enqueue(Delivery delivery) {
    deliveries.put(delivery);
    queue.put(delivery);
  }

  private void forgetGivenUp(Delivery delivery) {
    if (delivery.state() == DeliveryState.GIVEN_UP) {
      index.removeGivenUp(delivery);
    }
  }

  private Sender.Answer offer(String key) {
    Delivery delivery = deliveries.find(key);
    return sender.offer(
        new Sender.Attempt(
            delivery,
            deliveries.body(delivery),
            targets.apply(delivery),
            context.taskId().partition()));
  }

  private long now() {
    return context.currentSystemTimeMs();
  }
}
