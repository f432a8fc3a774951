package io.fanfold.ingest;

import io.fanfold.ingest.SplitTimers.Kind;
import io.fanfold.ingest.WaitingCommands.Waiting;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobCommand;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command at a time. What a command does depends on where its job is:
 *
 * <pre>
 *               no job yet   under way      ended         deleted   other project
 * CANCEL        waits        stops it       -             -         -
 * DELETE        waits        removes it     removes it    -         -
 * RETRY_FAILED  waits        -              next attempt  -         -
 * </pre>
 *
 * A job that is stopped already is not stopped again: the first reason counts.
 */
final class CommandIntake {

  private static final Logger log = LoggerFactory.getLogger(CommandIntake.class);

  private final SplitJobs jobs;
  private final ActiveSplits active;
  private final JobEnds ends;
  private final WaitingCommands waiting;
  private final SplitTimers timers;
  private final SplitterOutput out;
  private final AvroCodec codec;
  private final SplitterLimits limits;
  private final Telemetry telemetry;

  CommandIntake(
      SplitJobs jobs,
      ActiveSplits active,
      JobEnds ends,
      WaitingCommands waiting,
      SplitTimers timers,
      SplitterOutput out,
      AvroCodec codec,
      SplitterLimits limits,
      Telemetry telemetry) {
    this.jobs = jobs;
    this.active = active;
    this.ends = ends;
    this.waiting = waiting;
    this.timers = timers;
    this.out = out;
    this.codec = codec;
    this.limits = limits;
    this.telemetry = telemetry;
  }

  /**
   * @param offset where it is on its topic
   */
  void take(long jobId, Record<byte[], byte[]> record, long offset) {
    JobCommand command;
    try {
      command = codec.decode(Topics.JOB_COMMANDS, record.value());
    } catch (SerializationException e) {
      out.deadLetter(record, "not a job command: " + e.getMessage());
      telemetry.counter(Meters.COMMANDS, "unknown", "dead_letter").increment();
      return;
    }
    if (jobs.find(jobId).isEmpty()) {
      long until = out.nowMs() + limits.commandsWait().toMillis();
      waiting.add(jobId, new Waiting(offset, record.value()), until);
      timers.set(until, Kind.COMMANDS, jobId, 0);
      count(command, "early");
    } else {
      apply(jobId, command);
    }
  }

  /** The job is there: does what has waited for it. */
  void jobCame(long jobId) {
    for (Waiting command : waiting.take(jobId, Long.MAX_VALUE)) {
      apply(jobId, codec.decode(Topics.JOB_COMMANDS, command.value()));
    }
  }

  /** No job came: buries what has waited long enough. */
  void jobDidNotCome(long jobId) {
    for (Waiting command : waiting.take(jobId, out.nowMs())) {
      byte[] key = JobIds.key(jobId).getBytes(StandardCharsets.UTF_8);
      out.deadLetter(
          new Record<>(key, command.value(), out.nowMs()),
          Topics.JOB_COMMANDS.name(),
          command.offset(),
          "there is no job " + jobId);
      count(codec.decode(Topics.JOB_COMMANDS, command.value()), "dead_letter");
    }
  }

  private void apply(long jobId, JobCommand command) {
    SplitJob row = jobs.find(jobId).orElseThrow();
    boolean done = false;
    if (!row.deleted()) {
      Job job = jobs.header(jobId);
      if (job.getProject().equals(command.getProject())) {
        done =
            switch (command.getCommand()) {
              case CANCEL -> active.isActive(jobId) && active.stop(jobId, StopReason.CANCELED);
              case DELETE -> {
                ends.delete(jobId, active);
                yield true;
              }
              case RETRY_FAILED -> retry(job, row);
            };
      }
    }
    count(command, done ? "done" : "ignored");
    log.debug("{} of job {} {}", command.getCommand(), jobId, done ? "done" : "ignored");
  }

  private boolean retry(Job job, SplitJob row) {
    if (active.isActive(job.getId()) || job.getFailure() != null) {
      return false;
    }
    int attempt = row.attempt() + 1;
    jobs.put(job.getId(), row.withAttempt(attempt));
    active.beginRetry(job, attempt);
    return true;
  }

  private void count(JobCommand command, String result) {
    String name = command.getCommand().name().toLowerCase(Locale.ROOT);
    telemetry.counter(Meters.COMMANDS, name, result).increment();
  }
}
