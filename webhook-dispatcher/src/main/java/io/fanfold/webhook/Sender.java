package io.fanfold.webhook;

/**
 * Makes attempts and writes their outcome to {@code webhook-attempts}. What it accepts it either
 * reports there or takes with it when the process dies.
 */
interface Sender {

  /** Whether an attempt was taken. */
  sealed interface Answer {

    Answer ACCEPTED = new Accepted();

    /** There is no room for any receiver. */
    Answer FULL = new Full();

    /** It was. */
    record Accepted() implements Answer {}

    /**
     * Not of this receiver, for the moment: it has as many under way as one may have, its rate is
     * used up, or it is left alone after failures.
     *
     * @param afterMs when to ask again
     */
    record Later(long afterMs) implements Answer {}

    /** Of no receiver. */
    record Full() implements Answer {}
  }

  /**
   * One attempt to make.
   *
   * @param body what was made with the event
   * @param target null when it is gone
   * @param partition of webhook-attempts, where whoever owns the delivery reads the outcome
   */
  record Attempt(Delivery delivery, String body, Target target, int partition) {

    /** Without the body, which may be long. */
    @Override
    public String toString() {
      return "attempt %d of %s at %s".formatted(delivery.attempt(), delivery.key(), target);
    }
  }

  /** Takes an attempt, or not; never waits. */
  Answer offer(Attempt attempt);
}
