package io.fanfold.webhook;

import java.time.Duration;

/** How an attempt went, before anything is made of it. */
sealed interface AttemptResult {

  /**
   * The receiver answered.
   *
   * @param retryAfter what it asked for, or null
   */
  record Answered(int status, Duration retryAfter) implements AttemptResult {}

  /** It did not answer in time. */
  record TimedOut() implements AttemptResult {}

  /** No answer could be had for another reason. */
  record Unreachable() implements AttemptResult {}

  /** What is to be sent could not be had; the receiver knows nothing of it. */
  record Unready() implements AttemptResult {}

  /** The attempt cannot be made, now or later. */
  record Impossible() implements AttemptResult {}
}
