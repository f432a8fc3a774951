package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.JsonBody;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Job;
import io.fanfold.schemas.JobSubmission;
import io.javalin.http.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/jobs}. */
final class JobSubmit {

  static final String KEY_HEADER = "Idempotency-Key";
  static final String REPLAYED_HEADER = "Idempotency-Replayed";

  private final JobAcceptance acceptance;
  private final LookupProxy lookups;

  JobSubmit(JobAcceptance acceptance, LookupProxy lookups) {
    this.acceptance = acceptance;
    this.lookups = lookups;
  }

  void submit(Context context) {
    JsonNode body = JsonBody.read(context);
    JobSubmission submission = JobRequest.read(body, HttpApi.project(context));
    submission.setSubmissionId(key(context));
    CompletableFuture<JobAcceptance.Accepted> accepted = acceptance.accept(submission);
    context.future(
        () ->
            accepted.thenCompose(
                done -> done.replayed() ? replayed(context, done.job()) : now(context, done)));
  }

  private static CompletableFuture<Void> now(Context context, JobAcceptance.Accepted done) {
    accepted(context, done.job());
    return CompletableFuture.completedFuture(null);
  }

  /** The job as it is by now; as it was accepted while that cannot be found out. */
  private CompletableFuture<Void> replayed(Context context, Job job) {
    context.header(REPLAYED_HEADER, "true");
    return lookups
        .job(job.getId(), job.getProject())
        .handle(
            (response, failure) -> {
              replayed(context, job, failure == null ? response : null);
              return null;
            });
  }

  private static void replayed(Context context, Job job, ServiceAnswer<byte[]> found) {
    if (found != null && found.status() == 200) {
      context.header("Location", "/v1/jobs/" + job.getId());
      context.status(202).contentType("application/json").result(found.body());
    } else if (found != null && found.status() == 404) {
      HttpApi.answer(context, Problem.notFound("Job " + job.getId() + " was deleted"));
    } else {
      accepted(context, job);
    }
  }

  private static void accepted(Context context, Job job) {
    context.header("Location", "/v1/jobs/" + job.getId());
    HttpApi.json(context, 202, JobJson.of(JobStates.queued(job), job.getCreatedAt()));
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
