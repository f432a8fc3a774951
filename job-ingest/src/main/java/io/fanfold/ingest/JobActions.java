package io.fanfold.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.RecordSender;
import io.fanfold.schemas.CommandType;
import io.fanfold.schemas.JobCommand;
import io.fanfold.schemas.JobIds;
import io.fanfold.schemas.JobStatus;
import io.fanfold.schemas.Topics;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancel, delete and retry over HTTP: a look at the job, so that the caller learns what cannot be,
 * and a command for the splitter, which decides. The answer is the job as it was found.
 */
final class JobActions {

  private static final Logger log = LoggerFactory.getLogger(JobActions.class);

  private final RecordSender sender;
  private final LookupProxy lookups;
  private final Clock clock;

  JobActions(RecordSender sender, LookupProxy lookups, Clock clock) {
    this.sender = sender;
    this.lookups = lookups;
    this.clock = clock;
  }

  void cancel(Context context) {
    act(context, CommandType.CANCEL);
  }

  void delete(Context context) {
    act(context, CommandType.DELETE);
  }

  void retry(Context context) {
    act(context, CommandType.RETRY_FAILED);
  }

  /** A command without a look at the job; completes when Kafka has it. */
  CompletableFuture<Void> command(String project, long id, CommandType type) {
    return sender.send(record(project, id, type));
  }

  private ProducerRecord<String, byte[]> record(String project, long id, CommandType type) {
    var command = JobCommand.newBuilder().setProject(project).setCommand(type).build();
    return sender.record(Topics.JOB_COMMANDS, JobIds.key(id), command, clock.instant(), Map.of());
  }

  private void act(Context context, CommandType type) {
    String project = HttpApi.project(context);
    String given = context.pathParam("id");
    long id =
        JobIds.parse(given)
            .orElseThrow(() -> Problem.notFound("There is no job " + given).exception());
    var record = record(project, id, type);
    context.future(
        () ->
            lookups
                .job(id, project)
                .handle(
                    (found, failure) -> {
                      Optional<Problem> refusal =
                          failure == null
                              ? refusal(found, type)
                              : Optional.of(Problem.unavailable("the lookups cannot be reached"));
                      if (refusal.isPresent()) {
                        HttpApi.answer(context, refusal.get());
                      } else if (found.status() != 200) {
                        answer(context, found.status(), found);
                      } else {
                        return sender
                            .send(record)
                            .handle((sent, unsent) -> sent(context, found, unsent));
                      }
                      return CompletableFuture.completedFuture((Void) null);
                    })
                .thenCompose(answered -> answered));
  }

  private static Optional<Problem> refusal(ServiceAnswer<byte[]> found, CommandType type) {
    if (found.status() != 200 || type != CommandType.RETRY_FAILED) {
      return Optional.empty();
    }
    JsonNode job = Json.parse(found.body());
    if (!JobStates.isTerminal(JobStatus.valueOf(job.path("status").asText()))) {
      return Optional.of(
          Problem.of(
              409, "JOB_NOT_ENDED", "The job has not ended", "Only an ended job is run again."));
    }
    return job.path("counts").path("failed").asLong() > 0
        ? Optional.empty()
        : Optional.of(
            Problem.of(
                409, "NOTHING_FAILED", "No item has failed", "There is nothing to run again."));
  }

  private static Void sent(Context context, ServiceAnswer<byte[]> job, Throwable failure) {
    if (failure == null) {
      answer(context, 202, job);
    } else {
      log.warn("a command could not be accepted", failure);
      HttpApi.answer(
          context, Problem.unavailable("Kafka did not take the command; it may be sent again"));
    }
    return null;
  }

  private static void answer(Context context, int status, ServiceAnswer<byte[]> found) {
    context.status(status);
    found.header("Content-Type").ifPresent(context::contentType);
    found.header("Retry-After").ifPresent(v -> context.header("Retry-After", v));
    context.result(found.body());
  }
}
