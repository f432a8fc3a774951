package io.fanfold.ingest;

import io.fanfold.ingest.BatchSplitter.Split;
import io.fanfold.kit.Meters;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.Telemetry;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.AvroCodec;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.StopReason;
import io.fanfold.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One submission at a time: accept, refuse, drop as seen before, or send to dead-letters. */
final class SubmissionIntake {

  private static final Logger log = LoggerFactory.getLogger(SubmissionIntake.class);

  // The wire format puts a magic byte and a schema id before the content.
  private static final int WIRE_HEADER = 5;

  private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59Z");

  private final SplitJobs jobs;
  private final SubmissionIds submissionIds;
  private final ActiveSplits active;
  private final CommandIntake commands;
  private final JobEnds ends;
  private final SplitTimers timers;
  private final SplitterOutput out;
  private final AvroCodec codec;
  private final SubmissionRules rules;
  private final BatchSplitter splitter;
  private final JobIds ids;
  private final Counter accepted;
  private final Counter duplicate;
  private final Counter invalid;
  private final Counter admitted;
  private final Counter deadLettered;

  SubmissionIntake(
      SplitJobs jobs,
      SubmissionIds submissionIds,
      ActiveSplits active,
      CommandIntake commands,
      JobEnds ends,
      SplitTimers timers,
      SplitterOutput out,
      AvroCodec codec,
      SubmissionRules rules,
      BatchSplitter splitter,
      JobIds ids,
      Telemetry telemetry) {
    this.jobs = jobs;
    this.submissionIds = submissionIds;
    this.active = active;
    this.commands = commands;
    this.ends = ends;
    this.timers = timers;
    this.out = out;
    this.codec = codec;
    this.rules = rules;
    this.splitter = splitter;
    this.ids = ids;
    this.accepted = telemetry.counter(Meters.SUBMISSIONS, "accepted");
    this.duplicate = telemetry.counter(Meters.SUBMISSIONS, "duplicate");
    this.invalid = telemetry.counter(Meters.SUBMISSIONS, "invalid");
    this.admitted = telemetry.counter(Meters.SUBMISSIONS, "admitted");
    this.deadLettered = telemetry.counter(Meters.SUBMISSIONS, "dead_letter");
  }

  /** Takes a submission whose key is a job id. */
  void take(long jobId, Record<byte[], byte[]> record) {
    byte[] digest = digest(record.value());
    var before = jobs.find(jobId);
    if (before.isPresent()) {
      if (!Arrays.equals(before.get().digest(), digest)) {
        String by = before.get().deleted() ? "a job that was deleted" : "another submission";
        out.deadLetter(record, "job id " + jobId + " is taken by " + by);
      }
      duplicate.increment();
      return;
    }
    Instant createdAt = time(record);
    JobSubmission submission;
    try {
      submission = codec.decode(Topics.JOB_SUBMISSIONS, record.value());
    } catch (SerializationException e) {
      out.deadLetter(record, "not a job submission: " + message(e));
      refuse(
          splitter.refuse(jobId, null, createdAt, "cannot be read: " + message(e)), digest, record);
      return;
    }
    List<FieldError> errors = rules.check(submission);
    if (!errors.isEmpty()) {
      String reason = errors.get(0).field() + " " + errors.get(0).message();
      refuse(splitter.refuse(jobId, submission, createdAt, reason), digest, record);
      return;
    }
    Split split = splitter.split(jobId, submission, createdAt);
    var batches = new ArrayList<byte[]>(split.batches().size());
    for (Batch batch : split.batches()) {
      byte[] bytes = codec.encode(Topics.BATCHES, batch);
      // A compressed submission may be small enough for its topic and hold a batch that is not.
      if (bytes.length > BatchSplitter.MAX_BATCH_BYTES) {
        String reason = BatchSplitter.batchTooLong().getMessage();
        refuse(splitter.refuse(jobId, submission, createdAt, reason), digest, record);
        return;
      }
      batches.add(bytes);
    }
    accept(split.job(), batches, digest, record);
  }

  private void accept(Job job, List<byte[]> batches, byte[] digest, Record<byte[], byte[]> record) {
    write(job, digest, record);
    accepted.increment();
    if (job.getManifest() == null) {
      active.begin(job, batches);
    } else {
      active.beginManifest(job);
    }
    commands.jobCame(job.getId());
    if (job.getDeadline() != null && active.isActive(job.getId())) {
      long deadline = job.getDeadline().toEpochMilli();
      if (deadline <= out.nowMs()) {
        active.stop(job.getId(), StopReason.EXPIRED);
      } else {
        timers.set(deadline, SplitTimers.Kind.DEADLINE, job.getId(), 1);
      }
    }
  }

  /** Takes a submission whose key is a submission id: which job is it? */
  void admit(Record<byte[], byte[]> record) {
    JobSubmission submission;
    try {
      submission = codec.decode(Topics.JOB_SUBMISSIONS, record.value());
    } catch (SerializationException e) {
      bury(record, "not a job submission: " + message(e));
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    if (submission.getSubmissionId() == null
        || !key.equals(SubmissionIds.key(submission.getProject(), submission.getSubmissionId()))) {
      bury(record, "the key is not a job id, nor project/submissionId of the submission: " + key);
      return;
    }
    var digests = SubmissionDigest.of(submission);
    var before = submissionIds.find(key, out.nowMs());
    long jobId;
    Instant createdAt;
    List<String> differences = List.of();
    if (before.isPresent()) {
      jobId = before.get().jobId();
      createdAt = Instant.ofEpochMilli(before.get().createdAtMs());
      differences = SubmissionDigest.differences(digests, before.get().digests());
      duplicate.increment();
    } else {
      jobId = proposedId(record).orElseGet(ids::next);
      createdAt = time(record);
      submissionIds.put(
          key, new SubmissionIds.Row(jobId, createdAt.toEpochMilli(), digests), out.nowMs());
      out.again(
          record.withKey(JobIds.key(jobId).getBytes(StandardCharsets.UTF_8)),
          SplitterTopology.REROUTE_SINK);
      admitted.increment();
    }
    out.admission(
        record.key(),
        Admission.newBuilder()
            .setProject(submission.getProject())
            .setSubmissionId(submission.getSubmissionId())
            .setRequestId(text(record, SubmissionIds.REQUEST_ID_HEADER))
            .setJobId(jobId)
            .setReplayed(before.isPresent())
            .setDifferences(differences)
            .setCreatedAt(createdAt)
            .build(),
        record.timestamp());
  }

  private OptionalLong proposedId(Record<byte[], byte[]> record) {
    return JobIds.parse(text(record, SubmissionIds.JOB_ID_HEADER));
  }

  private static String text(Record<byte[], byte[]> record, String header) {
    Header found = record.headers().lastHeader(header);
    return found == null || found.value() == null
        ? null
        : new String(found.value(), StandardCharsets.UTF_8);
  }

  private void bury(Record<byte[], byte[]> record, String error) {
    out.deadLetter(record, error);
    deadLettered.increment();
  }

  private void refuse(Job job, byte[] digest, Record<byte[], byte[]> record) {
    write(job, digest, record);
    invalid.increment();
    log.info("job {} is not valid: {}", job.getId(), job.getFailure().getMessage());
    ends.ended(job, 1);
    commands.jobCame(job.getId());
  }

  private void write(Job job, byte[] digest, Record<byte[], byte[]> record) {
    byte[] header = out.job(job, record.timestamp());
    jobs.add(job, new SplitJob(digest, 1, false, header));
  }

  private static Instant time(Record<byte[], byte[]> record) {
    Instant time = Instant.ofEpochMilli(record.timestamp());
    // Any client may write any time; one that Avro has no number for must not stop the rest.
    return time.isAfter(LAST_TIME) ? LAST_TIME : time;
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
