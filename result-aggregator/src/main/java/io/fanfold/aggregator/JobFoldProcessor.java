package io.fanfold.aggregator;

import io.fanfold.kit.CommitPace;
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
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link JobFold} over stores: what a state is encoded to is stored and sent, the same bytes. */
final class JobFoldProcessor implements Processor<String, byte[], String, byte[]> {

  private static final Logger log = LoggerFactory.getLogger(JobFoldProcessor.class);

  /** As long as anything of a job may still be read: the retention of batch-results. */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final Duration TICK = Duration.ofMillis(20);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);

  private final AvroCodec codec;
  private final CommitPace pace;
  private final Telemetry telemetry;
  private final Map<JobStatus, Counter> written = new EnumMap<>(JobStatus.class);

  private ProcessorContext<String, byte[]> context;
  private FoldRows rows;
  private boolean awaited;

  JobFoldProcessor(AvroCodec codec, CommitPace pace, Telemetry telemetry) {
    this.codec = codec;
    this.pace = pace;
    this.telemetry = telemetry;
    for (JobStatus status : JobStatus.values()) {
      written.put(status, telemetry.counter(Meters.JOB_STATES, status.name()));
    }
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    this.rows = new FoldRows(codec, context);
    // By the time of the records: after days of standing still the wall clock would throw away
    // what has been waiting for a record that comes next.
    context.schedule(
        SWEEP_EVERY, PunctuationType.STREAM_TIME, now -> rows.sweep(now - KEPT.toMillis()));
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> commitIfTime());
  }

  @Override
  public void process(Record<String, byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    try {
      if (JobIds.parse(record.key()).isEmpty()) {
        throw new SerializationException("the key is not a job id: " + record.key());
      }
      if (from.topic().equals(Topics.JOBS.name())) {
        if (record.value() == null) {
          delete(record);
        } else {
          accept(record, codec.decode(Topics.JOBS, record.value()));
        }
      } else if (from.topic().equals(Topics.BATCH_RESULTS.name())) {
        count(record, codec.decode(Topics.BATCH_RESULTS, record.value()));
      } else if (record.value() != null) {
        // Without a value the splitter has let go of a job that has ended: no news.
        split(record, codec.decode(Topics.SPLITS, record.value()));
      }
    } catch (SerializationException e) {
      deadLetter(record, from, e);
    }
  }

  private void accept(Record<String, byte[]> record, Job job) {
    String key = record.key();
    if (rows.state(key) != null) {
      return;
    }
    // The id of a deleted job may be used again some day.
    rows.readmit(key);
    var states = new ArrayList<>(JobFold.accepted(job));
    // Nothing orders the topics: the rest may have been read before the job.
    Split early = rows.takeEarlySplit(key, 1);
    if (early != null) {
      states.addAll(JobFold.split(newest(states), early));
    }
    countEarly(key, states);
    write(record, states);
  }

  private void split(Record<String, byte[]> record, Split split) {
    String key = record.key();
    JobState state = rows.state(key);
    if (state == null ? rows.isDeleted(key) : split.getAttempt() < state.getAttempt()) {
      return;
    }
    if (state == null || split.getAttempt() > currentAttempt(state)) {
      rows.putEarly(key, split);
    } else if (split.getAttempt() == state.getAttempt()) {
      write(record, new ArrayList<>(JobFold.split(state, split)));
    } else {
      var states = new ArrayList<>(JobFold.again(state, split));
      countEarly(key, states);
      write(record, states);
    }
  }

  private void count(Record<String, byte[]> record, BatchResult now) {
    String key = record.key();
    JobState state = rows.state(key);
    if (state == null ? rows.isDeleted(key) : now.getAttempt() < state.getAttempt()) {
      return;
    }
    if (state == null || now.getAttempt() > state.getAttempt()) {
      rows.putEarly(key, now);
      return;
    }
    write(record, count(state, now));
  }

  private List<JobState> count(JobState state, BatchResult now) {
    if (JobStates.isTerminal(state.getStatus()) || rows.isFinished(now)) {
      return List.of();
    }
    BatchResult before = rows.tally(now);
    List<JobState> states = JobFold.counted(state, before, now);
    if (!states.isEmpty()) {
      rows.putTally(before, now);
    }
    return states;
  }

  /** Adds what follows from counts that were read before their attempt began. */
  private void countEarly(String key, List<JobState> states) {
    for (BatchResult early : rows.takeEarlyResults(key, newest(states).getAttempt())) {
      states.addAll(count(newest(states), early));
    }
  }

  /** The attempt a split may be of to be news now. */
  private static int currentAttempt(JobState state) {
    return JobStates.isTerminal(state.getStatus()) ? state.getAttempt() + 1 : state.getAttempt();
  }

  private void write(Record<String, byte[]> record, List<JobState> states) {
    if (states.isEmpty()) {
      return;
    }
    String key = record.key();
    List<JobState> all = states;
    while (JobStates.isTerminal(newest(all).getStatus())) {
      rows.forgetTallies(key);
      // The next attempt may have been read of before the end of this one.
      Split next = rows.takeEarlySplit(key, newest(all).getAttempt() + 1);
      if (next == null) {
        break;
      }
      all = new ArrayList<>(all);
      all.addAll(JobFold.again(newest(all), next));
      countEarly(key, all);
    }
    byte[] encoded = null;
    boolean changed = false;
    for (JobState state : all) {
      encoded = codec.encode(Topics.JOB_STATES, state);
      context.forward(
          new Record<>(key, encoded, state.getUpdatedAt().toEpochMilli()),
          FoldTopology.JOB_STATES_SINK);
      written.get(state.getStatus()).increment();
      if (state.getEventId() != null) {
        log.debug("job {} is {}", state.getId(), state.getStatus());
        changed = true;
      }
    }
    rows.putState(key, newest(all), encoded);
    if (changed) {
      await();
    }
  }

  private void delete(Record<String, byte[]> record) {
    rows.delete(record.key(), record.timestamp());
    context.forward(record.withHeaders(new RecordHeaders()), FoldTopology.JOB_STATES_SINK);
    await();
  }

  /** Somebody waits for what was written. */
  private void await() {
    pace.waits(1);
    awaited = true;
    commitIfTime();
  }

  /** Nobody should sit out the commit interval; if it is not the time yet, a tick asks again. */
  private void commitIfTime() {
    if (awaited && pace.take(TimeUnit.MILLISECONDS.toNanos(context.currentSystemTimeMs()))) {
      awaited = false;
      context.commit();
    }
  }

  private static JobState newest(List<JobState> states) {
    return states.get(states.size() - 1);
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
