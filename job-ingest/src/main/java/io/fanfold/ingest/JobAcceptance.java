package io.fanfold.ingest;

import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.RecordSender;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a job and produces it. With a submission id the splitter says which job the id stands for,
 * since only it can know; without one the job is a new one.
 */
final class JobAcceptance {

  /**
   * @param replayed whether the job was there before
   */
  record Accepted(Job job, boolean replayed) {}

  private static final Logger log = LoggerFactory.getLogger(JobAcceptance.class);

  private final SubmissionRules rules;
  private final BatchSplitter splitter;
  private final FeatureOffers offers;
  private final JobIds ids;
  private final RecordSender sender;
  private final Admissions admissions;
  private final Quotas quotas;
  private final Clock clock;

  JobAcceptance(
      SubmissionRules rules,
      BatchSplitter splitter,
      FeatureOffers offers,
      JobIds ids,
      RecordSender sender,
      Admissions admissions,
      Quotas quotas,
      Clock clock) {
    this.rules = rules;
    this.splitter = splitter;
    this.offers = offers;
    this.ids = ids;
    this.sender = sender;
    this.admissions = admissions;
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * Completes once Kafka has the job; with a ProblemException, 409 or 503, when it has not taken it
   * as a new or the same one.
   *
   * @throws io.fanfold.kit.ProblemException 400, 429 or 503 before anything was sent
   */
  CompletableFuture<Accepted> accept(JobSubmission submission) {
    JsonFields.refuse(rules.check(submission));
    if (offers.byName().isEmpty()) {
      throw Problem.unavailable("no worker has announced its features yet").exception();
    }
    JsonFields.refuse(FeatureRules.checkOffered(submission, offers.byName()));
    quotas.take(submission.getProject(), submission.getItems().size());
    long id = ids.next();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return submission.getSubmissionId() == null
        ? produce(submission, id, now)
        : admit(submission, id, now);
  }

  private CompletableFuture<Accepted> produce(JobSubmission submission, long id, Instant now) {
    return send(sender.record(Topics.JOB_SUBMISSIONS, JobIds.key(id), submission, now, Map.of()))
        .thenApply(sent -> new Accepted(splitter.accept(id, submission, now), false));
  }

  private CompletableFuture<Accepted> admit(JobSubmission submission, long id, Instant now) {
    String request = UUID.randomUUID().toString();
    var record =
        sender.record(
            Topics.JOB_SUBMISSIONS,
            SubmissionIds.key(submission.getProject(), submission.getSubmissionId()),
            submission,
            now,
            Map.of(
                SubmissionIds.JOB_ID_HEADER,
                JobIds.key(id),
                SubmissionIds.REQUEST_ID_HEADER,
                request));
    // Before it is sent: the answer may be quick.
    CompletableFuture<Admission> admission = admissions.await(request);
    return send(record)
        .thenCompose(sent -> admission.exceptionallyCompose(JobAcceptance::untaken))
        .whenComplete((admitted, failure) -> admission.cancel(false))
        .thenApply(admitted -> admitted(submission, admitted));
  }

  private Accepted admitted(JobSubmission submission, Admission admission) {
    if (!admission.getDifferences().isEmpty()) {
      throw conflict(admission).exception();
    }
    Job job = splitter.accept(admission.getJobId(), submission, admission.getCreatedAt());
    return new Accepted(job, admission.getReplayed());
  }

  private CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
    return sender.send(record).exceptionallyCompose(JobAcceptance::untaken);
  }

  private static <T> CompletableFuture<T> untaken(Throwable failure) {
    log.warn("a job could not be accepted", failure);
    return CompletableFuture.failedFuture(
        Problem.unavailable("Kafka did not take the job; it may be sent again").exception());
  }

  private static Problem conflict(Admission admission) {
    List<FieldError> errors =
        admission.getDifferences().stream()
            .map(field -> new FieldError(field, "is not what it was when the key was first used"))
            .toList();
    return new Problem(
        409,
        "IDEMPOTENCY_CONFLICT",
        "The key stands for another job",
        "Job " + admission.getJobId() + " was submitted with this " + JobSubmit.KEY_HEADER,
        errors);
  }
}
