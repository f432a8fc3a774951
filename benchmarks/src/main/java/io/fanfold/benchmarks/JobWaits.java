package io.fanfold.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Waiting for jobs to end, as a client of the lookup API does. */
final class JobWaits {

  private static final int PAGE = 200;
  private static final int NEWEST = 5;
  private static final long LIST_POLL_MS = 100;
  private static final long JOB_POLL_MS = 2;
  private static final Duration AT_MOST = Duration.ofMinutes(30);

  private final FanfoldApi api;
  private boolean longPoll = true;

  JobWaits(FanfoldApi api) {
    this.api = api;
  }

  /** How the last job was waited for. */
  String how() {
    return longPoll ? "waitFor=terminal" : "polled every %d ms".formatted(JOB_POLL_MS);
  }

  /** Returns the job once it reads terminal. */
  JsonNode one(long id) throws ScenarioException, InterruptedException {
    long end = System.nanoTime() + AT_MOST.toNanos();
    while (System.nanoTime() < end) {
      long asked = System.nanoTime();
      JsonNode job = api.get("/v1/jobs/" + id + (longPoll ? "?waitFor=terminal&timeout=30" : ""));
      if (FanfoldApi.isTerminal(job)) {
        return job;
      }
      // A server that does not know the parameter answers at once.
      if (longPoll && System.nanoTime() - asked < Duration.ofSeconds(15).toNanos()) {
        longPoll = false;
      }
      Thread.sleep(JOB_POLL_MS);
    }
    throw new ScenarioException("job %d has not ended in %s".formatted(id, AT_MOST));
  }

  /**
   * Until all jobs of the project read terminal in its list; each must have completed with so many
   * items.
   */
  void all(int jobs, long items) throws ScenarioException, InterruptedException {
    long end = System.nanoTime() + AT_MOST.toNanos();
    int ended = 0;
    // The newest end last, more or less: nothing else is worth a look before.
    while (!newestEnded(Math.min(jobs, NEWEST))) {
      if (System.nanoTime() > end) {
        throw new ScenarioException("jobs have not ended in " + AT_MOST);
      }
      Thread.sleep(LIST_POLL_MS);
    }
    while (ended < jobs) {
      int expected = Math.min(PAGE, jobs - ended);
      if (endedOnPage(ended, items) == expected) {
        ended += expected;
      } else if (System.nanoTime() > end) {
        throw new ScenarioException("%d of %d jobs have ended".formatted(ended, jobs));
      } else {
        Thread.sleep(LIST_POLL_MS);
      }
    }
  }

  private boolean newestEnded(int count) throws ScenarioException, InterruptedException {
    JsonNode list = api.get("/v1/jobs?limit=" + count).path("jobs");
    for (JsonNode job : list) {
      if (!FanfoldApi.isTerminal(job)) {
        return false;
      }
    }
    return list.size() == count;
  }

  private int endedOnPage(int offset, long items) throws ScenarioException, InterruptedException {
    JsonNode list = api.get("/v1/jobs?limit=%d&offset=%d".formatted(PAGE, offset)).path("jobs");
    int ended = 0;
    for (JsonNode job : list) {
      if (!FanfoldApi.isTerminal(job)) {
        break;
      }
      if (job.path("counts").path("succeeded").asLong() != items) {
        throw new ScenarioException("not every item succeeded: " + job);
      }
      ended++;
    }
    return ended;
  }
}
