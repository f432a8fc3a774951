package io.fanfold.ingest;

import io.fanfold.kit.CommitPace;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.BatchResult;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Everything that is decided about the jobs of one partition, one record or tick after the other:
 * which there are, what of them is handed out, and when they are stopped, run again and removed.
 */
final class SplitterProcessor implements Processor<byte[], byte[], byte[], byte[]> {

  private static final Duration TICK = Duration.ofMillis(50);

  // So that records are read in between.
  private static final int TIMERS_A_TICK = 1_000;

  private final SplitterParts parts;
  private final int partitions;
  private final AvroCodec codec;
  private final CommitPace pace;
  private final Telemetry telemetry;

  private ProcessorContext<byte[], byte[]> context;
  private SplitterOutput out;
  private SplitTimers timers;
  private JobEnds ends;
  private ActiveSplits active;
  private CommandIntake commands;
  private SubmissionIntake submissions;
  private boolean awaited;

  /**
   * @param partitions how many the topics by job id have
   */
  SplitterProcessor(
      SplitterParts parts, int partitions, AvroCodec codec, CommitPace pace, Telemetry telemetry) {
    this.parts = parts;
    this.partitions = partitions;
    this.codec = codec;
    this.pace = pace;
    this.telemetry = telemetry;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    SplitterLimits limits = parts.limits();
    out = new SplitterOutput(context, codec, telemetry);
    timers = new SplitTimers(context.getStateStore(SplitterTopology.TIMERS));
    var jobs = new SplitJobs(context.getStateStore(SplitterTopology.SPLIT_JOBS), codec);
    ends = new JobEnds(jobs, timers, out, limits);
    var waiting = new WaitingBatches(context.getStateStore(SplitterTopology.WAITING_BATCHES));
    var handOut =
        new HandOut(waiting, jobs, out, codec, parts.splitter(), parts.feeds(), limits, telemetry);
    active =
        new ActiveSplits(
            context.getStateStore(SplitterTopology.ACTIVE_SPLITS),
            waiting,
            jobs,
            handOut,
            out,
            parts.feeds(),
            limits,
            ends::ended);
    commands =
        new CommandIntake(
            jobs,
            active,
            ends,
            new WaitingCommands(context.getStateStore(SplitterTopology.WAITING_COMMANDS)),
            timers,
            out,
            codec,
            limits,
            telemetry);
    submissions =
        new SubmissionIntake(
            jobs,
            new SubmissionIds(
                context.getStateStore(SplitterTopology.SUBMISSION_IDS), limits.submissionIdsKept()),
            active,
            commands,
            ends,
            timers,
            out,
            codec,
            parts.rules(),
            parts.splitter(),
            parts.ids(),
            telemetry);
    active.load();
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> tick());
  }

  @Override
  public void close() {
    if (active != null) {
      active.close();
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    // Bytes that are no text become characters that are no digits.
    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    OptionalLong id = JobIds.parse(key);
    if (from.topic().equals(Topics.BATCH_RESULTS.name())) {
      if (id.isPresent() && active.isActive(id.getAsLong())) {
        result(record);
      }
    } else if (from.topic().equals(Topics.JOB_COMMANDS.name())) {
      command(record, key, id, from.offset());
    } else {
      submission(record, key, id);
    }
    settle();
  }

  private void submission(Record<byte[], byte[]> record, String key, OptionalLong id) {
    if (id.isEmpty() && (key == null || key.indexOf('/') <= 0)) {
      out.deadLetter(
          record,
          "the key is not a job id (1 to 2^53 - 1, decimal), nor project/submission id: " + key);
      telemetry.counter(Meters.SUBMISSIONS, "dead_letter").increment();
    } else if (isMisrouted(record.key())) {
      // Other clients' default partitioners hash keys differently. Everything about a job has to
      // meet on one partition, so the submission goes round once more.
      out.again(record, SplitterTopology.REROUTE_SINK);
      telemetry.counter(Meters.SUBMISSIONS, "misrouted").increment();
    } else if (id.isPresent()) {
      submissions.take(id.getAsLong(), record);
    } else {
      submissions.admit(record);
    }
  }

  private void command(Record<byte[], byte[]> record, String key, OptionalLong id, long offset) {
    if (id.isEmpty()) {
      out.deadLetter(record, "the key is not a job id (1 to 2^53 - 1, decimal): " + key);
      telemetry.counter(Meters.COMMANDS, "unknown", "dead_letter").increment();
    } else if (isMisrouted(record.key())) {
      out.again(record, SplitterTopology.COMMANDS_SINK);
      telemetry.counter(Meters.COMMANDS, "unknown", "misrouted").increment();
    } else {
      commands.take(id.getAsLong(), record, offset);
    }
  }

  private void result(Record<byte[], byte[]> record) {
    BatchResult result;
    try {
      result = codec.decode(Topics.BATCH_RESULTS, record.value());
    } catch (SerializationException e) {
      // The fold reads the same record, and buries it.
      return;
    }
    if (result.getIsFinal()) {
      active.finished(result);
    }
  }

  private void tick() {
    for (SplitTimers.Timer timer : timers.due(out.nowMs(), TIMERS_A_TICK)) {
      if (timer.kind() == SplitTimers.Kind.COMMANDS) {
        commands.jobDidNotCome(timer.jobId());
      } else {
        ends.due(timer, active);
      }
    }
    active.wake();
    settle();
    active.writeCounts();
  }

  private void settle() {
    active.fill();
    if (out.takeAwaited()) {
      pace.waits(1);
      awaited = true;
    }
    // A small job should not wait for the commit interval; if it is not the time yet, the next
    // record or tick asks again.
    if (awaited && pace.take(TimeUnit.MILLISECONDS.toNanos(out.nowMs()))) {
      awaited = false;
      context.commit();
    }
  }

  private boolean isMisrouted(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions != context.taskId().partition();
  }
}
