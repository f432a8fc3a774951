package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.JsonBody;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.RecordSender;
import io.fanfold.schemas.Admission;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.Topics;
import io.javalin.http.Context;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/jobs}: checks a job and produces it. With an {@code Idempotency-Key} the splitter
 * says which job the key stands for, since only it can know; without one the job is a new one.
 */
final class JobSubmit {

  static final String KEY_HEADER = "Idempotency-Key";
  static final String REPLAYED_HEADER = "Idempotency-Replayed";

  private static final Logger log = LoggerFactory.getLogger(JobSubmit.class);

  private final SubmissionRules rules;
  private final BatchSplitter splitter;
  private final FeatureOffers offers;
  private final JobIds ids;
  private final RecordSender sender;
  private final Admissions admissions;
  private final Quotas quotas;
  private final LookupProxy lookups;
  private final Clock clock;

  JobSubmit(
      SubmissionRules rules,
      BatchSplitter splitter,
      FeatureOffers offers,
      JobIds ids,
      RecordSender sender,
      Admissions admissions,
      Quotas quotas,
      LookupProxy lookups,
      Clock clock) {
    this.rules = rules;
    this.splitter = splitter;
    this.offers = offers;
    this.ids = ids;
    this.sender = sender;
    this.admissions = admissions;
    this.quotas = quotas;
    this.lookups = lookups;
    this.clock = clock;
  }

  void submit(Context context) {
    JsonNode body = JsonBody.read(context);
    String project = HttpApi.project(context);
    String key = key(context);
    JobSubmission submission = JobRequest.read(body, project);
    submission.setSubmissionId(key);
    JsonFields.refuse(rules.check(submission));
    if (offers.byName().isEmpty()) {
      throw Problem.unavailable("no worker has announced its features yet").exception();
    }
    JsonFields.refuse(FeatureRules.checkOffered(submission, offers.byName()));
    quotas.take(project, submission.getItems().size());
    long id = ids.next();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (key == null) {
      produce(context, submission, id, now);
    } else {
      admit(context, submission, id, now);
    }
  }

  private void produce(Context context, JobSubmission submission, long id, Instant now) {
    var record = sender.record(Topics.JOB_SUBMISSIONS, JobIds.key(id), submission, now, Map.of());
    context.future(
        () ->
            sender
                .send(record)
                .handle(
                    (done, failure) -> {
                      if (failure == null) {
                        accepted(context, splitter.accept(id, submission, now));
                      } else {
                        refused(context, failure);
                      }
                      return null;
                    }));
  }

  private void admit(Context context, JobSubmission submission, long id, Instant now) {
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
    context.future(
        () ->
            sender
                .send(record)
                .thenCompose(sent -> admission)
                .handle(
                    (admitted, failure) -> {
                      if (failure != null) {
                        admission.cancel(false);
                        refused(context, failure);
                        return CompletableFuture.completedFuture((Void) null);
                      }
                      return admitted(context, submission, admitted);
                    })
                .thenCompose(answered -> answered));
  }

  private CompletableFuture<Void> admitted(
      Context context, JobSubmission submission, Admission admission) {
    if (!admission.getDifferences().isEmpty()) {
      HttpApi.answer(context, conflict(admission));
      return CompletableFuture.completedFuture(null);
    }
    Job job = splitter.accept(admission.getJobId(), submission, admission.getCreatedAt());
    if (!admission.getReplayed()) {
      accepted(context, job);
      return CompletableFuture.completedFuture(null);
    }
    context.header(REPLAYED_HEADER, "true");
    return lookups
        .job(job.getId(), job.getProject())
        .handle(
            (response, failure) -> {
              replayed(context, job, failure == null ? response : null);
              return null;
            });
  }

  /** The job as it is by now; as it was accepted while that cannot be found out. */
  private void replayed(Context context, Job job, HttpResponse<byte[]> found) {
    if (found != null && found.statusCode() == 200) {
      context.header("Location", "/v1/jobs/" + job.getId());
      context.status(202).contentType("application/json").result(found.body());
    } else if (found != null && found.statusCode() == 404) {
      HttpApi.answer(context, Problem.notFound("Job " + job.getId() + " was deleted"));
    } else {
      accepted(context, job);
    }
  }

  private void accepted(Context context, Job job) {
    context.header("Location", "/v1/jobs/" + job.getId());
    HttpApi.json(context, 202, JobJson.of(JobStates.queued(job), job.getCreatedAt()));
  }

  private static void refused(Context context, Throwable failure) {
    log.warn("a job could not be accepted", failure);
    HttpApi.answer(
        context, Problem.unavailable("Kafka did not take the job; it may be sent again"));
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
        "Job " + admission.getJobId() + " was submitted with this " + KEY_HEADER,
        errors);
  }

  private static String key(Context context) {
    String key = context.header(KEY_HEADER);
    if (key != null && !SubmissionRules.isSubmissionId(key)) {
      throw Problem.invalid(
              List.of(new FieldError(KEY_HEADER, "must be " + SubmissionRules.SUBMISSION_ID_FORM)))
          .exception();
    }
    return key;
  }
}
