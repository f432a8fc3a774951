package io.fanfold.worker;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, when a partition is taken over, the results its former owner committed for batches it had
 * not finished.
 *
 * <p>A batch's results go to the partition of item-results that has the number of the batch's own,
 * and the offset commit says from where on those of unfinished batches lie. Reading goes to the
 * high watermark as it is now: past the former owner's last transaction, whether it is committed,
 * aborted, or still open and about to be one of the two.
 */
final class ResultRecovery {

  private static final Logger log = LoggerFactory.getLogger(ResultRecovery.class);
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * @param results what was found
   * @param end where item-results ended
   */
  record Recovered(RecoveredResults results, long end) {}

  private final Consumer<String, byte[]> reader;
  private final Admin admin;
  private final AvroCodec codec;

  /**
   * @param reader a read_committed consumer of its own
   */
  ResultRecovery(Consumer<String, byte[]> reader, Admin admin, AvroCodec codec) {
    this.reader = reader;
    this.admin = admin;
    this.codec = codec;
  }

  /**
   * @param chunksFrom no chunk of an unfinished batch lies before
   */
  Recovered recover(int partition, long chunksFrom) {
    var source = new TopicPartition(Topics.ITEM_RESULTS.name(), partition);
    long end = highWatermark(source);
    var results = new RecoveredResults();
    if (chunksFrom >= end) {
      return new Recovered(results, end);
    }
    reader.assign(List.of(source));
    reader.seek(source, chunksFrom);
    int chunks = 0;
    while (reader.position(source) < end) {
      for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
        if (record.value() != null && add(results, record)) {
          chunks++;
        }
      }
    }
    reader.assign(List.of());
    log.info("{} holds {} chunks that may belong to unfinished batches", source, chunks);
    return new Recovered(results, end);
  }

  private boolean add(RecoveredResults results, ConsumerRecord<String, byte[]> record) {
    try {
      results.add(codec.decode(Topics.ITEM_RESULTS, record.value()));
      return true;
    } catch (SerializationException e) {
      // Only workers write here; a stranger's record is no result of ours.
      log.warn("a record of {} at {} is no chunk", record.topic(), record.offset(), e);
      return false;
    }
  }

  private long highWatermark(TopicPartition partition) {
    try {
      return admin
          .listOffsets(
              Map.of(partition, OffsetSpec.latest()),
              new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
          .partitionResult(partition)
          .get()
          .offset();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot find the end of " + partition, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
