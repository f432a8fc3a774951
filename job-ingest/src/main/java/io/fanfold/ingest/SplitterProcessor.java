package io.fanfold.ingest;

import io.fanfold.kit.DeadLetters;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One submission at a time: accept, refuse, drop as seen before, or send to dead-letters. */
final class SplitterProcessor implements Processor<byte[], byte[], byte[], byte[]> {

  private static final Logger log = LoggerFactory.getLogger(SplitterProcessor.class);

  // The wire format puts a magic byte and a schema id before the content.
  private static final int WIRE_HEADER = 5;

  // Room for the record around the value.
  private static final int MAX_BATCH_BYTES = Topics.MAX_RECORD_BYTES - 16 * 1024;

  // What splitting may add to an item: its index.
  private static final int MAX_INDEX_BYTES = 10;

  private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59Z");

  private final AvroCodec codec;
  private final SubmissionRules rules;
  private final BatchSplitter splitter;
  private final int partitions;
  private final Counter accepted;
  private final Counter duplicate;
  private final Counter invalid;
  private final Counter misrouted;
  private final Counter deadLettered;
  private final Counter batchesEmitted;
  private final Counter itemsEmitted;
  private final Counter deadLetters;

  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<String, byte[]> splitJobs;

  SplitterProcessor(
      AvroCodec codec,
      SubmissionRules rules,
      BatchSplitter splitter,
      int partitions,
      Telemetry telemetry) {
    this.codec = codec;
    this.rules = rules;
    this.splitter = splitter;
    this.partitions = partitions;
    this.accepted = telemetry.counter(Meters.SUBMISSIONS, "accepted");
    this.duplicate = telemetry.counter(Meters.SUBMISSIONS, "duplicate");
    this.invalid = telemetry.counter(Meters.SUBMISSIONS, "invalid");
    this.misrouted = telemetry.counter(Meters.SUBMISSIONS, "misrouted");
    this.deadLettered = telemetry.counter(Meters.SUBMISSIONS, "dead_letter");
    this.batchesEmitted = telemetry.counter(Meters.BATCHES_EMITTED);
    this.itemsEmitted = telemetry.counter(Meters.ITEMS_EMITTED);
    this.deadLetters =
        telemetry.counter(Meters.DEAD_LETTERS, JobIngest.NAME, Topics.JOB_SUBMISSIONS.name());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.splitJobs = context.getStateStore(SplitterTopology.SPLIT_JOBS);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    // Bytes that are no text become characters that are no digits.
    String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
    var id = JobIds.parse(key);
    if (id.isEmpty()) {
      deadLetter(record, "the key is not a job id (1 to 2^53 - 1, decimal): " + key);
      deadLettered.increment();
    } else if (isMisrouted(record.key())) {
      // Other clients' default partitioners hash keys differently. Everything about a job has to
      // meet on one partition, so the submission goes round once more.
      context.forward(record, SplitterTopology.REROUTE_SINK);
      misrouted.increment();
    } else {
      split(id.getAsLong(), record);
    }
    // A small job should not wait for the commit interval.
    context.commit();
  }

  private void split(long jobId, Record<byte[], byte[]> record) {
    String key = JobIds.key(jobId);
    byte[] digest = digest(record.value());
    byte[] before = splitJobs.get(key);
    if (before != null) {
      if (!Arrays.equals(before, digest)) {
        deadLetter(record, "job id " + jobId + " is taken by another submission");
      }
      duplicate.increment();
      return;
    }
    splitJobs.put(key, digest);
    Instant createdAt = Instant.ofEpochMilli(record.timestamp());
    if (createdAt.isAfter(LAST_TIME)) {
      // Any client may write any time; one that Avro has no number for must not stop the rest.
      createdAt = LAST_TIME;
    }
    JobSubmission submission;
    try {
      submission = codec.decode(Topics.JOB_SUBMISSIONS, record.value());
    } catch (SerializationException e) {
      deadLetter(record, "not a job submission: " + message(e));
      refuse(splitter.refuse(jobId, null, createdAt, "cannot be read: " + message(e)), record);
      return;
    }
    List<FieldError> errors = rules.check(submission);
    if (!errors.isEmpty()) {
      String reason = errors.get(0).field() + " " + errors.get(0).message();
      refuse(splitter.refuse(jobId, submission, createdAt, reason), record);
      return;
    }
    BatchSplitter.Split split = splitter.split(jobId, submission, createdAt);
    if (!fits(split, record.value().length)) {
      String reason = "batchSize makes batches of more than " + MAX_BATCH_BYTES + " bytes";
      refuse(splitter.refuse(jobId, submission, createdAt, reason), record);
      return;
    }
    forward(split.job(), record);
    for (Batch batch : split.batches()) {
      context.forward(
          new Record<>(
              bytes(JobIds.batchKey(jobId, batch.getIndex())),
              codec.encode(Topics.BATCHES, batch),
              record.timestamp()),
          SplitterTopology.BATCHES_SINK);
    }
    accepted.increment();
    batchesEmitted.increment(split.batches().size());
    itemsEmitted.increment(split.job().getTotalItems());
    log.debug("job {} is {} batches", jobId, split.batches().size());
  }

  /** A compressed submission may be small enough for its topic and hold a batch that is not. */
  private boolean fits(BatchSplitter.Split split, int submissionBytes) {
    long atMost = submissionBytes + split.job().getTotalItems() * MAX_INDEX_BYTES;
    return atMost <= MAX_BATCH_BYTES
        || split.batches().stream()
            .allMatch(batch -> codec.encode(Topics.BATCHES, batch).length <= MAX_BATCH_BYTES);
  }

  private void refuse(Job job, Record<byte[], byte[]> record) {
    forward(job, record);
    invalid.increment();
    log.info("job {} is not valid: {}", job.getId(), job.getFailure().getMessage());
  }

  private void forward(Job job, Record<byte[], byte[]> record) {
    context.forward(
        new Record<>(record.key(), codec.encode(Topics.JOBS, job), record.timestamp()),
        SplitterTopology.JOBS_SINK);
  }

  private void deadLetter(Record<byte[], byte[]> record, String error) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    log.warn(
        "dead letter from {}-{} at {}: {}", from.topic(), from.partition(), from.offset(), error);
    context.forward(
        record.withHeaders(
            DeadLetters.headers(
                JobIngest.NAME,
                from.topic(),
                from.partition(),
                from.offset(),
                record.headers(),
                error)),
        SplitterTopology.DEAD_LETTERS_SINK);
    deadLetters.increment();
  }

  private boolean isMisrouted(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions != context.taskId().partition();
  }

  private static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private static String message(SerializationException e) {
    return e.getCause() == null
        ? e.getMessage()
        : e.getMessage() + ": " + e.getCause().getMessage();
  }

  private static byte[] digest(byte[] value) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      if (value != null) {
        int start = Math.min(WIRE_HEADER, value.length);
        sha.update(value, start, value.length - start);
      }
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
