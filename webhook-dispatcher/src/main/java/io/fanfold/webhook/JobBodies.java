package io.fanfold.webhook;

import java.time.Duration;

/** Jobs as dialects show them. Asked on sender threads only. */
interface JobBodies {

  /**
   * What a webhook's bodyPath answers.
   *
   * @param delivery whose event tells how far the job is at least
   * @param path at job-ingest
   * @param deadline for all of it
   * @return JSON
   * @throws UnreadyAttemptException when it cannot be read now
   * @throws ImpossibleAttemptException when it never can
   */
  byte[] read(Delivery delivery, String path, Duration deadline)
      throws UnreadyAttemptException, ImpossibleAttemptException;
}
