package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import java.util.function.LongConsumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Materialises job states, keeps the index of jobs, and says which jobs have changed. */
final class JobViewProcessor implements Processor<String, byte[], Void, Void> {

  private static final Logger log = LoggerFactory.getLogger(JobViewProcessor.class);

  private final AvroCodec codec;
  private final LongConsumer changes;
  private ProcessorContext<Void, Void> context;
  private KeyValueStore<String, byte[]> jobs;
  private JobIndexer index;

  /**
   * @param changes is told the id of each job whose row has changed
   */
  JobViewProcessor(AvroCodec codec, LongConsumer changes) {
    this.codec = codec;
    this.changes = changes;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.jobs = context.getStateStore(ViewStore.JOBS.storeName());
    this.index = new JobIndexer(context.getStateStore(ViewStore.JOB_INDEX.storeName()));
  }

  @Override
  public void process(Record<String, byte[]> record) {
    var id = JobIds.parse(record.key());
    if (id.isEmpty()) {
      log.warn("a job state has a key that is no job id");
      return;
    }
    jobs.put(record.key(), record.value());
    long offset = context.recordMetadata().orElseThrow().offset();
    if (record.value() == null) {
      index.apply(id.getAsLong(), null, offset);
    } else {
      try {
        JobState state = codec.decode(Topics.JOB_STATES, record.value());
        index.apply(id.getAsLong(), state, offset);
      } catch (SerializationException e) {
        // Only the fold writes this topic, so somebody else did. Lookups of that key say so; the
        // index is better off without it.
        log.warn("the state of job {} cannot be read", record.key(), e);
      }
    }
    changes.accept(id.getAsLong());
  }
}
