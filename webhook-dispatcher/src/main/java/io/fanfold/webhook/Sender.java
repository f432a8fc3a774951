package io.fanfold.webhook;

/**
 * Makes attempts and writes their outcome to {@code webhook-attempts}. What it accepts it either
 * reports there or takes with it when the process dies.
 */
interface Sender {

  /** Whether an attempt was taken. */
  enum Answer {
    ACCEPTED,

    /** This receiver has as many attempts under way or waiting as one may have. */
    RECEIVER_BUSY,

    /** There is no room for any receiver. */
    FULL
  }

  /**
   * One attempt to make.
   *
   * @param target null when the job's target is gone
   * @param partition of webhook-attempts, where whoever owns the delivery reads the outcome
   */
  record Attempt(Delivery delivery, Target target, int partition) {}

  /** Takes an attempt, or not; never waits. */
  Answer offer(Attempt attempt);
}
