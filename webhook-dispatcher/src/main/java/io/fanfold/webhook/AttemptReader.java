package io.fanfold.webhook;

import io.fanfold.kit.Check;
import io.fanfold.kit.LoopThread;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** Follows all of {@code webhook-attempts} into an {@link AttemptView}, from where it was. */
final class AttemptReader implements LoopThread.Body {

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration EXPIRY_PAUSE = Duration.ofSeconds(10);

  private final Consumer<String, byte[]> consumer;
  private final AttemptView view;
  private final Clock clock;
  private volatile boolean caughtUp;
  private volatile boolean stopped;

  /**
   * @param consumer a read_committed consumer of its own; closed at the end of the loop
   */
  AttemptReader(Consumer<String, byte[]> consumer, AttemptView view, Clock clock) {
    this.consumer = consumer;
    this.view = view;
    this.clock = clock;
  }

  /** Whether everything is there that was when reading began. */
  boolean isCaughtUp() {
    return caughtUp;
  }

  Check check() {
    return Check.of(
        "webhook-attempts",
        () ->
            caughtUp ? Check.Result.ok("reading") : Check.Result.failed("reading what there was"));
  }

  @Override
  public void run() {
    try (consumer) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.WEBHOOK_ATTEMPTS.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      partitions.forEach(this::seek);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Instant expireAt = Instant.MIN;
      while (!stopped) {
        caughtUp =
            caughtUp
                || ends.entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        Instant now = clock.instant();
        if (!now.isBefore(expireAt)) {
          view.expire(now);
          expireAt = now.plus(EXPIRY_PAUSE);
        }
        ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          view.take((Iterable<ConsumerRecord<String, byte[]>>) records, clock.instant());
        }
      }
    } catch (WakeupException e) {
      if (!stopped) {
        throw e;
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
    consumer.wakeup();
  }

  /** An offset that is gone by now is a matter of the consumer, which begins at the first. */
  private void seek(TopicPartition partition) {
    OptionalLong offset = view.offset(partition.partition());
    if (offset.isPresent()) {
      consumer.seek(partition, offset.getAsLong());
    } else {
      consumer.seekToBeginning(List.of(partition));
    }
  }
}
