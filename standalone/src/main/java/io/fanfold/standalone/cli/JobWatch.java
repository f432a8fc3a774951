package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Follows a job to its end. */
final class JobWatch {
  private static final long FIRST_DELAY_MS = 100;
  private static final long MAX_DELAY_MS = 1_000;

  private final FanfoldClient client;
  private final Progress progress;

  JobWatch(FanfoldClient client, Progress progress) {
    this.client = client;
    this.progress = progress;
  }

  /** Returns the job in its terminal state. */
  JsonNode toEnd(long id) throws UnreachableException, RefusedException, InterruptedException {
    try {
      // Small jobs are done at once, long ones are not worth a question every moment.
      for (long delay = FIRST_DELAY_MS; ; delay = Math.min(MAX_DELAY_MS, delay * 5 / 4)) {
        JsonNode job = client.job(id);
        progress.show(job);
        if (JobText.isTerminal(job)) {
          return job;
        }
        Thread.sleep(delay);
      }
    } finally {
      progress.end();
    }
  }
}
