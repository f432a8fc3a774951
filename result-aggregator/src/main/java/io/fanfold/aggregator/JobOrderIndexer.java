package io.fanfold.aggregator;

import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enters a job into the order of its project when its state is first seen. */
final class JobOrderIndexer implements Processor<String, byte[], Void, Void> {

  private static final Logger log = LoggerFactory.getLogger(JobOrderIndexer.class);

  private final AvroCodec codec;
  private KeyValueStore<String, byte[]> order;

  JobOrderIndexer(AvroCodec codec) {
    this.codec = codec;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.order = context.getStateStore(ViewTopology.JOB_ORDER);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    JobState state;
    try {
      state = codec.decode(Topics.JOB_STATES, record.value());
    } catch (SerializationException e) {
      // Only the fold writes this topic, so somebody else did. Lookups of that key say so; the
      // order is better off without it.
      log.warn("the state of job {} cannot be read", record.key(), e);
      return;
    }
    // Compaction may have removed the first state, so not only sequence 0 counts.
    order.putIfAbsent(
        JobOrder.key(state.getProject(), state.getCreatedAt(), state.getId()),
        record.key().getBytes(StandardCharsets.UTF_8));
  }
}
