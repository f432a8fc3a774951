package io.fanfold.aggregator;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobState;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link JobFold} over stores: what a state is encoded to is stored and sent, the same bytes. */
final class JobFoldProcessor implements Processor<String, byte[], String, byte[]> {

  private static final Logger log = LoggerFactory.getLogger(JobFoldProcessor.class);

  private final AvroCodec codec;
  private final Telemetry telemetry;
  private final Map<JobStatus, Counter> written = new EnumMap<>(JobStatus.class);

  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> jobs;
  private KeyValueStore<String, byte[]> tallies;

  JobFoldProcessor(AvroCodec codec, Telemetry telemetry) {
    this.codec = codec;
    this.telemetry = telemetry;
    for (JobStatus status : JobStatus.values()) {
      written.put(status, telemetry.counter(Meters.JOB_STATES, status.name()));
    }
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    this.jobs = context.getStateStore(FoldTopology.FOLDED_JOBS);
    this.tallies = context.getStateStore(FoldTopology.BATCH_TALLIES);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    try {
      if (JobIds.parse(record.key()).isEmpty()) {
        throw new SerializationException("the key is not a job id: " + record.key());
      }
      if (from.topic().equals(Topics.JOBS.name())) {
        accept(record, codec.decode(Topics.JOBS, record.value()));
      } else {
        count(record, codec.decode(Topics.BATCH_RESULTS, record.value()));
      }
    } catch (SerializationException e) {
      deadLetter(record, from, e);
    }
  }

  private void accept(Record<String, byte[]> record, Job job) {
    if (jobs.get(record.key()) != null) {
      return;
    }
    var states = new ArrayList<>(JobFold.accepted(job));
    // Nothing orders the two topics: results may have been read before their job.
    try (KeyValueIterator<String, byte[]> early =
        tallies.prefixScan(record.key() + "/", new StringSerializer())) {
      while (early.hasNext()) {
        BatchResult result = codec.decode(Topics.BATCH_RESULTS, early.next().value);
        states.addAll(JobFold.counted(states.get(states.size() - 1), null, result));
      }
    }
    write(record, states);
  }

  private void count(Record<String, byte[]> record, BatchResult now) {
    String batch = JobIds.batchKey(now.getJobId(), now.getBatchIndex());
    byte[] known = tallies.get(batch);
    BatchResult before = known == null ? null : codec.decode(Topics.BATCH_RESULTS, known);
    byte[] folded = jobs.get(record.key());
    if (folded == null) {
      if (!JobFold.isStale(before, now)) {
        tallies.put(batch, record.value());
      }
      return;
    }
    JobState state = codec.decode(Topics.JOB_STATES, folded);
    List<JobState> states = JobFold.counted(state, before, now);
    if (!states.isEmpty()) {
      tallies.put(batch, record.value());
      write(record, states);
    }
  }

  private void write(Record<String, byte[]> record, List<JobState> states) {
    byte[] newest = null;
    for (JobState state : states) {
      newest = codec.encode(Topics.JOB_STATES, state);
      context.forward(
          new Record<>(record.key(), newest, state.getUpdatedAt().toEpochMilli()),
          FoldTopology.JOB_STATES_SINK);
      written.get(state.getStatus()).increment();
      if (state.getEventId() != null) {
        log.debug("job {} is {}", state.getId(), state.getStatus());
        // Somebody waits for this: do not sit out the commit interval.
        context.commit();
      }
    }
    jobs.put(record.key(), newest);
    if (JobStates.isTerminal(states.get(states.size() - 1).getStatus())) {
      forgetTallies(record.key());
    }
  }

  private void forgetTallies(String jobKey) {
    var keys = new ArrayList<String>();
    try (KeyValueIterator<String, byte[]> rows =
        tallies.prefixScan(jobKey + "/", new StringSerializer())) {
      while (rows.hasNext()) {
        KeyValue<String, byte[]> row = rows.next();
        keys.add(row.key);
      }
    }
    keys.forEach(tallies::delete);
  }

  private void deadLetter(Record<String, byte[]> record, RecordMetadata from, Exception e) {
    log.warn("dead letter from {}-{} at {}", from.topic(), from.partition(), from.offset(), e);
    context.forward(
        record.withHeaders(
            DeadLetters.headers(
                ResultAggregator.NAME,
                from.topic(),
                from.partition(),
                from.offset(),
                record.headers(),
                String.valueOf(e.getMessage()))),
        FoldTopology.DEAD_LETTERS_SINK);
    telemetry.counter(Meters.DEAD_LETTERS, ResultAggregator.NAME, from.topic()).increment();
  }
}
