package io.fanfold.kit;

import java.util.List;

/**
 * Every metric of our own, in one place; Kafka's clients, Streams and the JVM bring theirs beside.
 * Names are Micrometer's; Prometheus sees underscores and a unit or {@code _total}.
 *
 * <p>Equations that hold when nothing is under way and nothing was replayed after a crash:
 *
 * <pre>
 * submissions            = accepted + duplicate + invalid + misrouted + admitted + dead letters
 * batches emitted        = batches taken = batches finished
 * items emitted          = items finished (succeeded + failed)
 * webhook deliveries
 *   + those replayed     = attempts delivered + given up + canceled
 * </pre>
 */
public enum Meters {
  HTTP_REQUESTS(
      Type.TIMER,
      "http.server.requests",
      "HTTP requests answered, by service, method, route and status.",
      "service",
      "method",
      "uri",
      "status"),
  SUBMISSIONS(
      Type.COUNTER,
      "fanfold.submissions",
      "Submission records the splitter has read, by what became of them.",
      "result"),
  COMMANDS(
      Type.COUNTER,
      "fanfold.commands",
      "Commands the splitter has read, by kind and by what became of them; one that is early counts"
          + " again when its job has come.",
      "command",
      "result"),
  BATCHES_EMITTED(Type.COUNTER, "fanfold.batches.emitted", "Batches the splitter has written."),
  ITEMS_EMITTED(Type.COUNTER, "fanfold.items.emitted", "Items in those batches."),
  BATCHES_TAKEN(Type.COUNTER, "fanfold.batches.taken", "Batches a worker has begun."),
  BATCHES_FINISHED(
      Type.COUNTER, "fanfold.batches.finished", "Batches whose last result is committed."),
  BATCHES_DROPPED(
      Type.COUNTER,
      "fanfold.batches.dropped",
      "Batches of deleted jobs: those not begun, and those begun and not finished."),
  ITEMS_FINISHED(
      Type.COUNTER,
      "fanfold.items.finished",
      "Items whose result is committed, by failure code; code is NONE for a success.",
      "code"),
  ITEMS_RETRIED(
      Type.COUNTER, "fanfold.items.retried", "Tries of items after a transient failure.", "code"),
  ITEMS_RECOVERED(
      Type.COUNTER,
      "fanfold.items.recovered",
      "Results of unfinished batches found committed when a partition was taken over."),
  ITEM_DURATION(
      Type.TIMER, "fanfold.item.duration", "Working time of an item's last try, fetch included."),
  ITEMS_IN_FLIGHT(Type.GAUGE, "fanfold.items.in.flight", "Items of batches taken, not committed."),
  WORKER_COMMITS(
      Type.TIMER, "fanfold.worker.commit", "Transactions of results and offsets, begin to end."),
  JOB_STATES(Type.COUNTER, "fanfold.job.states", "Job states written, by status.", "status"),
  LOOKUPS(Type.TIMER, "fanfold.lookups", "Lookups answered from the views, by kind.", "lookup"),
  DELIVERIES(Type.COUNTER, "fanfold.webhook.deliveries", "Webhook deliveries created."),
  DELIVERIES_REPLAYED(
      Type.COUNTER,
      "fanfold.webhook.deliveries.replayed",
      "Webhook deliveries that had ended and were begun again on request."),
  WEBHOOK_ATTEMPTS(
      Type.TIMER,
      "fanfold.webhook.attempts",
      "Delivery attempts made, by outcome; a delivery that is canceled counts as one of no length.",
      "outcome"),
  DEAD_LETTERS(
      Type.COUNTER,
      "fanfold.dead.letters",
      "Records sent to dead-letters, by service and topic they came from.",
      "service",
      "topic");

  /** What kind of metric. */
  public enum Type {
    COUNTER,
    GAUGE,
    TIMER
  }

  private final Type type;
  private final String id;
  private final String description;
  private final List<String> tags;

  Meters(Type type, String id, String description, String... tags) {
    this.type = type;
    this.id = id;
    this.description = description;
    this.tags = List.of(tags);
  }

  public Type type() {
    return type;
  }

  public String id() {
    return id;
  }

  public String description() {
    return description;
  }

  public List<String> tags() {
    return tags;
  }
}
