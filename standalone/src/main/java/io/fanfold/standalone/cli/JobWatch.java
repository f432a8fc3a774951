package io.fanfold.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/** Follows a job to its end: by the server's events, and by asking where it has none. */
final class JobWatch {
  private static final long FIRST_DELAY_MS = 100;
  private static final long MAX_DELAY_MS = 1_000;
  private static final String DATA = "data:";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FanfoldClient client;
  private final Progress progress;

  JobWatch(FanfoldClient client, Progress progress) {
    this.client = client;
    this.progress = progress;
  }

  /** Returns the job in its terminal state. */
  JsonNode toEnd(long id) throws UnreachableException, RefusedException, InterruptedException {
    try {
      Optional<JsonNode> end = byEvents(id);
      return end.isPresent() ? end.get() : byAsking(id);
    } finally {
      progress.end();
    }
  }

  /** Empty when the events ended before the job did, or there are none. */
  private Optional<JsonNode> byEvents(long id) throws UnreachableException, InterruptedException {
    long sequence = -1;
    while (true) {
      long before = sequence;
      Optional<Stream<String>> events = client.events(id, sequence);
      if (events.isEmpty()) {
        return Optional.empty();
      }
      try (Stream<String> lines = events.get()) {
        for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
          String line = each.next();
          if (!line.startsWith(DATA)) {
            continue;
          }
          JsonNode job = MAPPER.readTree(line.substring(DATA.length()));
          if (!job.has("status")) {
            // Not a state: what became of the job, the next question will tell.
            return Optional.empty();
          }
          progress.show(job);
          if (JobText.isTerminal(job)) {
            return Optional.of(job);
          }
          sequence = job.path("sequence").asLong();
        }
      } catch (UncheckedIOException | JsonProcessingException e) {
        // The connection broke, or somebody in between answered: asking shows which.
        return Optional.empty();
      }
      if (sequence == before) {
        return Optional.empty();
      }
    }
  }

  private JsonNode byAsking(long id)
      throws UnreachableException, RefusedException, InterruptedException {
    // Small jobs are done at once, long ones are not worth a question every moment.
    for (long delay = FIRST_DELAY_MS; ; delay = Math.min(MAX_DELAY_MS, delay * 5 / 4)) {
      JsonNode job = client.job(id);
      progress.show(job);
      if (JobText.isTerminal(job)) {
        return job;
      }
      Thread.sleep(delay);
    }
  }
}
