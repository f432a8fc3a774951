package io.fanfold.kit;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic that this instance follows and writes to. A write is done once it is read back,
 * so that whoever wrote sees it here from then on.
 */
public final class TopicTable<V extends SpecificRecord> implements LoopThread.Body {

  private static final Logger log = LoggerFactory.getLogger(TopicTable.class);

  /**
   * @param value null for a deletion
   */
  private record Change(String key, Object value) {}

  private final Topic<V> topic;
  private final TopicFollower<V> follower;
  private final RecordSender sender;
  private final Clock clock;
  private final Duration patience;
  private final BiConsumer<String, V> listener;
  private final ConcurrentMap<Change, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

  /**
   * @param reader a read_committed consumer of its own; closed at the end of the loop
   * @param patience how long a write is waited for
   * @param listener is told every record, with null for a deleted one, on the follower's thread
   */
  public TopicTable(
      Topic<V> topic,
      Consumer<String, byte[]> reader,
      AvroCodec codec,
      RecordSender sender,
      Clock clock,
      Duration patience,
      BiConsumer<String, V> listener) {
    this.topic = topic;
    this.follower = TopicFollower.fromStart(topic, reader, codec, this::take);
    this.sender = sender;
    this.clock = clock;
    this.patience = patience;
    this.listener = listener;
  }

  /**
   * Completes when all changes were told to the listener; with a ProblemException, 503, when Kafka
   * does not take one or it does not come back in time. Then any of them may have been made.
   *
   * @param changes by key; no value deletes
   * @throws ProblemException 503 when the topic is not read yet or the schema registry is away
   */
  public CompletableFuture<Void> write(Map<String, V> changes) {
    if (!follower.isReady()) {
      throw Problem.unavailable(topic.name() + " are not read yet").exception();
    }
    var records =
        changes.entrySet().stream()
            .map(
                change ->
                    sender.record(
                        topic, change.getKey(), change.getValue(), clock.instant(), Map.of()))
            .toList();
    // Before anything is sent: the answer may be quick.
    CompletableFuture<?>[] seen =
        changes.entrySet().stream()
            .map(change -> await(new Change(change.getKey(), change.getValue())))
            .toArray(CompletableFuture[]::new);
    CompletableFuture<?>[] sent =
        records.stream().map(sender::send).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(sent)
        .thenCompose(all -> CompletableFuture.allOf(seen))
        .exceptionallyCompose(this::untaken);
  }

  public Check check() {
    return follower.check();
  }

  /** Whether all is told that was there at the start. */
  public boolean isReady() {
    return follower.isReady();
  }

  @Override
  public void run() {
    follower.run();
  }

  @Override
  public void stop() {
    follower.stop();
  }

  private CompletableFuture<Void> await(Change change) {
    CompletableFuture<Void> seen = awaited.computeIfAbsent(change, c -> new CompletableFuture<>());
    seen.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> awaited.remove(change, seen));
    return seen;
  }

  private CompletableFuture<Void> untaken(Throwable failure) {
    log.warn("a change of {} was not taken, or not read back", topic, failure);
    return CompletableFuture.failedFuture(
        Problem.unavailable("Kafka did not take the change in time; it may be sent again")
            .exception());
  }

  private void take(String key, V value, long timestampMs) {
    listener.accept(key, value);
    CompletableFuture<Void> seen = awaited.get(new Change(key, value));
    if (seen != null) {
      seen.complete(null);
    }
  }
}
