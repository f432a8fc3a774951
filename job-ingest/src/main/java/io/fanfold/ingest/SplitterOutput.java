package io.fanfold.ingest;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.ProjectUsage;
import io.fanfold.schemas.Split;
import io.fanfold.schemas.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the splitter writes, topic by topic. */
final class SplitterOutput {

  private static final Logger log = LoggerFactory.getLogger(SplitterOutput.class);

  private final ProcessorContext<byte[], byte[]> context;
  private final AvroCodec codec;
  private final Telemetry telemetry;
  private boolean awaited;

  SplitterOutput(ProcessorContext<byte[], byte[]> context, AvroCodec codec, Telemetry telemetry) {
    this.context = context;
    this.codec = codec;
    this.telemetry = telemetry;
  }

  /** Whether something was written that somebody waits for, since this was last asked. */
  boolean takeAwaited() {
    boolean was = awaited;
    awaited = false;
    return was;
  }

  /** Somebody waits for what was written. */
  void await() {
    awaited = true;
  }

  /** The partition all of this is about. */
  int partition() {
    return context.taskId().partition();
  }

  /** Now, by the clock on the wall. */
  long nowMs() {
    return context.currentSystemTimeMs();
  }

  /** Returns the header as it was written. */
  byte[] job(Job job, long timestamp) {
    byte[] value = codec.encode(Topics.JOBS, job);
    send(JobIds.key(job.getId()), value, timestamp, SplitterTopology.JOBS_SINK);
    awaited = true;
    return value;
  }

  /** The job is no more, nor are its results, wherever they are. */
  void jobGone(long jobId) {
    send(JobIds.key(jobId), null, nowMs(), SplitterTopology.JOBS_SINK);
    send(JobIds.key(jobId), null, nowMs(), SplitterTopology.RESULTS_SINK);
    awaited = true;
  }

  void batch(long jobId, int index, byte[] batch, long timestamp) {
    send(JobIds.batchKey(jobId, index), batch, timestamp, SplitterTopology.BATCHES_SINK);
  }

  void split(Split split) {
    send(
        JobIds.key(split.getJobId()),
        codec.encode(Topics.SPLITS, split),
        split.getUpdatedAt().toEpochMilli(),
        SplitterTopology.SPLITS_SINK);
    awaited |= split.getComplete() || split.getStop() != null;
  }

  /** Nothing is to be known of the job's splitting any more. */
  void splitGone(long jobId) {
    send(JobIds.key(jobId), null, nowMs(), SplitterTopology.SPLITS_SINK);
  }

  void admission(byte[] key, Admission admission, long timestamp) {
    context.forward(
        new Record<>(key, codec.encode(Topics.ADMISSIONS, admission), timestamp),
        SplitterTopology.ADMISSIONS_SINK);
    awaited = true;
  }

  /**
   * @param usage null when the project has nothing running here
   */
  void usage(String project, ProjectUsage usage) {
    send(
        project + "/" + partition(),
        usage == null ? null : codec.encode(Topics.PROJECT_USAGE, usage),
        nowMs(),
        SplitterTopology.USAGE_SINK);
  }

  /** Sends a record round to the partition its key belongs to. */
  void again(Record<byte[], byte[]> record, String sink) {
    context.forward(record, sink);
    awaited = true;
  }

  /** Buries the record that is being processed. */
  void deadLetter(Record<byte[], byte[]> record, String error) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    deadLetter(record, from.topic(), from.offset(), error);
  }

  /** Buries a record of this partition that was read earlier. */
  void deadLetter(Record<byte[], byte[]> record, String topic, long offset, String error) {
    log.warn("dead letter from {}-{} at {}: {}", topic, partition(), offset, error);
    context.forward(
        record.withHeaders(
            DeadLetters.headers(
                JobIngest.NAME, topic, partition(), offset, record.headers(), error)),
        SplitterTopology.DEAD_LETTERS_SINK);
    telemetry.counter(Meters.DEAD_LETTERS, JobIngest.NAME, topic).increment();
    awaited = true;
  }

  private void send(String key, byte[] value, long timestamp, String sink) {
    context.forward(new Record<>(key.getBytes(StandardCharsets.UTF_8), value, timestamp), sink);
  }
}
