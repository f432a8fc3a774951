package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.schemas.AttemptOutcome;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import io.fanfold.schemas.WebhookAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All attempts of the last days, by event, by endpoint and by job, newest first. Each dispatcher
 * has all of them, so that any can answer without asking another.
 */
final class AttemptView implements EndpointHealth {

  private static final Logger log = LoggerFactory.getLogger(AttemptView.class);

  /** A list looks at so many for a page, and goes on with the next. */
  private static final int MAX_LOOKED_AT = 5_000;

  /** An event has ten attempts for each receiver and replay. */
  private static final int MAX_OF_EVENT = 1_000;

  private static final int MAX_EXPIRED = 1_000;
  private static final String TIME = "time/";

  private final AttemptStore store;
  private final AvroCodec codec;
  private final Duration retention;

  /**
   * Some of a list.
   *
   * @param next the position of the last row looked at, if there are more
   */
  record Page(List<AttemptRow> rows, Optional<String> next) {}

  /**
   * @param retention attempts are gone so long after they began
   */
  AttemptView(AttemptStore store, AvroCodec codec, Duration retention) {
    this.store = store;
    this.codec = codec;
    this.retention = retention;
  }

  /** The attempts of an event, at all its receivers; none when there is no such event here. */
  List<AttemptRow> ofEvent(String project, String eventId) {
    return page(
            AttemptRow.ofEvent(project, eventId), Optional.empty(), null, row -> true, MAX_OF_EVENT)
        .rows();
  }

  /**
   * @param outcome null for all
   * @param since null for all
   * @param after the position that a page before ended with
   */
  Page ofEndpoint(
      String project,
      String endpointId,
      AttemptOutcome outcome,
      Instant since,
      Optional<String> after,
      int limit) {
    return page(
        AttemptRow.ofEndpoint(project, endpointId),
        after,
        since,
        row -> outcome == null || row.attempt().getOutcome() == outcome,
        limit);
  }

  Page ofJob(String project, long jobId, Optional<String> after, int limit) {
    return page(AttemptRow.ofJob(project, jobId), after, null, row -> true, limit);
  }

  @Override
  public Optional<Instant> lastDelivered(String project, String endpointId) {
    OptionalLong micros = store.number(AttemptRow.lastDelivered(project, endpointId));
    return micros.isPresent()
        ? Optional.of(Instant.EPOCH.plusNanos(micros.getAsLong() * 1_000))
        : Optional.empty();
  }

  /** Where reading goes on; empty for the beginning. */
  OptionalLong offset(int partition) {
    return store.number(AttemptRow.offset(partition));
  }

  /** Takes records, and that they were taken, at once. */
  void take(Iterable<ConsumerRecord<String, byte[]>> records, Instant now) {
    Instant oldest = now.minus(retention);
    store.write(
        writes -> {
          for (ConsumerRecord<String, byte[]> record : records) {
            read(record)
                .filter(row -> !row.attempt().getStartedAt().isBefore(oldest))
                .ifPresent(row -> put(row, record.value(), writes));
            writes.put(
                AttemptRow.offset(record.partition()), AttemptStore.number(record.offset() + 1));
          }
        });
  }

  /** Removes what is too old; not all at once if it is much. */
  void expire(Instant now) {
    var expired = new ArrayList<String>();
    String end = AttemptRow.ofTime(now.minus(retention)).substring(TIME.length());
    store.scan(
        TIME,
        TIME,
        (time, eventKey) -> {
          boolean old = time.compareTo(end) < 0 && expired.size() < MAX_EXPIRED;
          if (old) {
            expired.add(new String(eventKey, UTF_8));
          }
          return old;
        });
    List<AttemptRow> rows =
        expired.stream().flatMap(key -> row(key, store.get(key)).stream()).toList();
    if (!rows.isEmpty()) {
      store.write(writes -> rows.forEach(row -> delete(row, writes)));
      log.info("{} attempts are too old and gone", rows.size());
    }
  }

  private Page page(
      String prefix,
      Optional<String> after,
      Instant since,
      Predicate<AttemptRow> wanted,
      int limit) {
    var rows = new ArrayList<AttemptRow>();
    var last = new ArrayList<String>(1);
    var more = new boolean[1];
    var looked = new int[1];
    boolean whole = prefix.startsWith("event/");
    // The least key that is greater than the one before.
    String from = prefix + after.map(position -> position + "\0").orElse("");
    store.scan(
        prefix,
        from,
        (position, value) -> {
          if (since != null && AttemptRow.isBefore(position, since)) {
            return false;
          }
          if (rows.size() == limit || looked[0] == MAX_LOOKED_AT) {
            more[0] = true;
            return false;
          }
          looked[0]++;
          last.clear();
          last.add(position);
          String eventKey = whole ? prefix + position : new String(value, UTF_8);
          row(eventKey, whole ? value : store.get(eventKey)).filter(wanted).ifPresent(rows::add);
          return true;
        });
    return new Page(rows, more[0] ? last.stream().findFirst() : Optional.empty());
  }

  private Optional<AttemptRow> row(String eventKey, byte[] value) {
    if (value == null) {
      return Optional.empty();
    }
    // event/project/event id/position
    String position = eventKey.split("/", 4)[3];
    return Optional.of(new AttemptRow(codec.decode(Topics.WEBHOOK_ATTEMPTS, value), position));
  }

  private Optional<AttemptRow> read(ConsumerRecord<String, byte[]> record) {
    if (Takeover.isMark(record.key(), record.value())) {
      return Optional.empty();
    }
    try {
      WebhookAttempt attempt = codec.decode(Topics.WEBHOOK_ATTEMPTS, record.value());
      return AttemptRow.of(attempt, record.partition(), record.offset());
    } catch (SerializationException e) {
      // Whoever delivers reads it, too, and sends it to dead-letters.
      log.warn(
          "cannot read the attempt at {} of {}",
          record.offset(),
          new TopicPartition(record.topic(), record.partition()),
          e);
      return Optional.empty();
    }
  }

  private void put(AttemptRow row, byte[] value, AttemptStore.Writes writes) {
    byte[] eventKey = AttemptRow.bytes(row.eventKey());
    writes.put(row.eventKey(), value);
    indexes(row).forEach(key -> writes.put(key, eventKey));
    String endpoint = row.attempt().getEndpointId();
    if (endpoint != null && row.attempt().getOutcome() == AttemptOutcome.DELIVERED) {
      long micros = AttemptRow.micros(row.attempt().getStartedAt());
      String key = AttemptRow.lastDelivered(row.attempt().getProject(), endpoint);
      // What this batch has put is not seen yet; at worst it says a moment earlier than it was.
      if (store.number(key).orElse(Long.MIN_VALUE) < micros) {
        writes.put(key, AttemptStore.number(micros));
      }
    }
  }

  private static void delete(AttemptRow row, AttemptStore.Writes writes) {
    writes.delete(row.eventKey());
    indexes(row).forEach(writes::delete);
  }

  private static Stream<String> indexes(AttemptRow row) {
    return Stream.of(row.endpointKey(), row.jobKey(), Optional.of(row.timeKey()))
        .flatMap(Optional::stream);
  }
}
