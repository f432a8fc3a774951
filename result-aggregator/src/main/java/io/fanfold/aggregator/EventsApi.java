package io.fanfold.aggregator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.JobJson;
import io.fanfold.kit.JobStates;
import io.fanfold.kit.Json;
import io.fanfold.schemas.JobState;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A job's states as they come, as server-sent events. */
final class EventsApi {

  // Keeps the connection from looking idle, and finds out who has gone.
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final JobFinder finder;
  private final JobWait wait;
  private final Executor executor;
  private final Clock clock;

  EventsApi(JobFinder finder, JobWait wait, Executor executor, Clock clock) {
    this.finder = finder;
    this.wait = wait;
    this.executor = executor;
    this.clock = clock;
  }

  void stream(Context context) {
    JobState job = finder.find(context);
    long after = lastEventId(context);
    context.future(
        () -> {
          context.status(200).contentType("text/event-stream");
          context.header("Cache-Control", "no-cache");
          try {
            var out = context.res().getOutputStream();
            var stream = new EventStream(out);
            out.setWriteListener(stream);
            // Whoever has gone, or is to be told that no more can be seen, ends the stream.
            return more(stream, job.getId(), after).exceptionally(gone -> null);
          } catch (IOException e) {
            return CompletableFuture.completedFuture(null);
          }
        });
  }

  private CompletableFuture<Void> more(EventStream stream, long jobId, long after) {
    return wait.until(jobId, job -> job.getSequence() > after, clock.instant().plus(QUIET))
        .thenComposeAsync(job -> next(stream, jobId, after, job), executor);
  }

  private CompletableFuture<Void> next(
      EventStream stream, long jobId, long after, Optional<JobState> found) {
    if (found.isEmpty()) {
      return stream.send("event: deleted\ndata: {}\n\n");
    }
    JobState job = found.get();
    if (job.getSequence() <= after) {
      return JobStates.isTerminal(job.getStatus())
          ? CompletableFuture.completedFuture(null)
          : stream
              .send(": nothing new\n\n")
              .thenComposeAsync(sent -> more(stream, jobId, after), executor);
    }
    CompletableFuture<Void> sent = stream.send(event(job));
    return JobStates.isTerminal(job.getStatus())
        ? sent
        : sent.thenComposeAsync(done -> more(stream, jobId, job.getSequence()), executor);
  }

  private String event(JobState job) {
    ObjectNode json = JobJson.of(job, clock.instant());
    return "event: state\nid: %d\ndata: %s\n\n"
        .formatted(job.getSequence(), new String(Json.bytes(json), StandardCharsets.UTF_8));
  }

  // A client that comes back says what it saw last; anything odd is as if it had seen nothing.
  private static long lastEventId(Context context) {
    String id = context.header("Last-Event-ID");
    return id != null && id.matches("[0-9]{1,15}") ? Long.parseLong(id) : -1;
  }
}
