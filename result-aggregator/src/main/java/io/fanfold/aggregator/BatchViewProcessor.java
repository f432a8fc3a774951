package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Topics;
import java.time.Duration;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Materialises the counts of batches, one write for each record. Of job states it looks at
 * tombstones only: the batches of a deleted job go.
 */
final class BatchViewProcessor implements Processor<String, byte[], Void, Void> {

  private static final Logger log = LoggerFactory.getLogger(BatchViewProcessor.class);
  private static final Duration CLEANING = Duration.ofMillis(50);

  private final AvroCodec codec;
  private ProcessorContext<Void, Void> context;
  private KeyValueStore<String, byte[]> batches;
  private DeletedJobs deleted;

  BatchViewProcessor(AvroCodec codec) {
    this.codec = codec;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.batches = context.getStateStore(ViewStore.BATCHES.storeName());
    this.deleted =
        new DeletedJobs(context.getStateStore(ViewTopology.DELETED_JOBS_OF_BATCHES), batches);
    context.schedule(
        CLEANING,
        PunctuationType.WALL_CLOCK_TIME,
        now -> deleted.advance(now, key -> batches.delete(key)));
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String topic = context.recordMetadata().orElseThrow().topic();
    if (topic.equals(Topics.JOB_STATES.name())) {
      if (record.value() == null && record.key() != null) {
        deleted.add(record.key(), context.currentSystemTimeMs());
      }
    } else if (record.value() != null && !deleted.contains(record.key())) {
      try {
        put(codec.decode(Topics.BATCH_RESULTS, record.value()), record.value());
      } catch (SerializationException e) {
        // The fold has sent it to dead-letters.
        log.warn("a batch result of job {} cannot be read", record.key(), e);
      }
    }
  }

  private void put(BatchResult result, byte[] bytes) {
    long job = result.getJobId();
    int batch = result.getBatchIndex();
    batches.put(BatchKeys.key(job, BatchKeys.COUNTS, batch), bytes);
    var counts = BatchTally.of(result);
    if (counts.canceled() > 0) {
      batches.put(BatchKeys.key(job, BatchKeys.CANCELED, batch), new byte[0]);
    }
    if (counts.failed() > 0) {
      batches.put(BatchKeys.key(job, BatchKeys.FAILED, batch), new byte[0]);
    } else if (result.getAttempt() > 1 && result.getIsFinal()) {
      // All failures of the attempts before were run again.
      batches.delete(BatchKeys.key(job, BatchKeys.FAILED, batch));
    }
  }
}
