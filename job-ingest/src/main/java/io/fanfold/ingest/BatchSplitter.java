package io.fanfold.ingest;

import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Names;
import io.fanfold.schemas.Batch;
import io.fanfold.schemas.FailureIsolation;
import io.fanfold.schemas.Item;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobFailure;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Splits a submission into the accepted job and its batches. */
final class BatchSplitter {

  /** A job and all of its batches, which appear together or not at all. */
  record Split(Job job, List<Batch> batches) {}

  // Room for the record around the value.
  static final int MAX_BATCH_BYTES = Topics.MAX_RECORD_BYTES - 16 * 1024;

  private final int defaultBatchSize;

  BatchSplitter(int defaultBatchSize) {
    this.defaultBatchSize = defaultBatchSize;
  }

  Split split(long jobId, JobSubmission submission, Instant createdAt) {
    Job job = accept(jobId, submission, createdAt);
    List<Item> items = submission.getItems();
    var batches = new ArrayList<Batch>(job.getBatchCount());
    for (int index = 0; index < job.getBatchCount(); index++) {
      int first = index * job.getBatchSize();
      int end = Math.min(first + job.getBatchSize(), items.size());
      var members = new ArrayList<Item>(end - first);
      for (int i = first; i < end; i++) {
        Item item = items.get(i);
        members.add(
            new Item(item.getUri(), item.getCustomId(), item.getMediaType(), (long) i, null, null));
      }
      batches.add(batch(job, index, 1, members));
    }
    return new Split(job, batches);
  }

  /** A batch of an accepted job. */
  Batch batch(Job job, int index, int attempt, List<Item> items) {
    return Batch.newBuilder()
        .setJobId(job.getId())
        .setProject(job.getProject())
        .setIndex(index)
        .setAttempt(attempt)
        .setFeatures(job.getFeatures())
        .setFailureIsolation(job.getFailureIsolation())
        .setPriority(job.getPriority())
        .setDeadline(job.getDeadline())
        .setItems(items)
        .build();
  }

  /** Why a job with such batches cannot be run. */
  static JobFailure batchTooLong() {
    String message = "batchSize makes batches of more than " + MAX_BATCH_BYTES + " bytes";
    return new JobFailure("BATCH_TOO_LARGE", message);
  }

  /** The job a submission makes, without splitting it. */
  Job accept(long jobId, JobSubmission submission, Instant createdAt) {
    int batchSize =
        submission.getBatchSize() == null ? defaultBatchSize : submission.getBatchSize();
    int items = submission.getItems().size();
    return Job.newBuilder()
        .setId(jobId)
        .setProject(submission.getProject())
        .setTotalItems(items)
        .setBatchSize(batchSize)
        .setBatchCount((items + batchSize - 1) / batchSize)
        .setFeatures(submission.getFeatures())
        .setName(submission.getName())
        .setCustomId(submission.getCustomId())
        .setFeedId(submission.getFeedId())
        .setTag(submission.getTag())
        .setMetadata(submission.getMetadata())
        .setFailureIsolation(submission.getFailureIsolation())
        .setPriority(submission.getPriority())
        .setWebhook(submission.getWebhook())
        .setTtlSeconds(submission.getTtlSeconds())
        .setDeadline(submission.getDeadline())
        .setManifest(submission.getManifest())
        .setOutputUri(submission.getOutputUri())
        .setSubmissionId(submission.getSubmissionId())
        .setDialect(submission.getDialect())
        .setCreatedAt(createdAt)
        .build();
  }

  /**
   * The job of a submission that breaks the rules: it ends FAILED without a batch.
   *
   * @param submission null when it could not even be read
   */
  Job refuse(long jobId, JobSubmission submission, Instant createdAt, String reason) {
    var job =
        Job.newBuilder()
            .setId(jobId)
            .setProject(HttpApi.DEFAULT_PROJECT)
            .setTotalItems(0)
            .setBatchSize(defaultBatchSize)
            .setBatchCount(0)
            .setFeatures(List.of())
            .setMetadata(Map.of())
            .setFailureIsolation(FailureIsolation.ITEM)
            .setCreatedAt(createdAt)
            .setFailure(new JobFailure("INVALID_SUBMISSION", reason));
    if (submission != null && Names.isProject(submission.getProject())) {
      job.setProject(submission.getProject());
      // Long or odd values are the reason as often as not; what finds the job again is kept.
      job.setCustomId(head(submission.getCustomId()));
      job.setName(head(submission.getName()));
      job.setTag(head(submission.getTag()));
    }
    return job.build();
  }

  private static String head(String text) {
    return text == null || text.length() <= 256 ? text : text.substring(0, 256);
  }
}
