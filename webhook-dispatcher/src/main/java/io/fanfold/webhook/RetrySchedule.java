package io.fanfold.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When to try again: a list of delays, one after each failed attempt. A pure function of the
 * attempt, how it went, and chance.
 *
 * @param delays after the first attempt, the second, and so on; when they are used up the delivery
 *     is given up
 */
record RetrySchedule(List<Duration> delays) {

  /** The example of the Standard Webhooks specification: ten attempts over 75.6 hours. */
  static final RetrySchedule DEFAULT =
      new RetrySchedule(
          List.of(
              Duration.ofSeconds(5),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(5),
              Duration.ofHours(10),
              Duration.ofHours(14),
              Duration.ofHours(20),
              Duration.ofHours(24)));

  /** A receiver that says it is overloaded, or shows it, is left alone at least this long. */
  private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(60);

  private static final double JITTER = 0.2;
  private static final int GONE = 410;
  private static final int TOO_MANY_REQUESTS = 429;

  RetrySchedule {
    delays = List.copyOf(delays);
    if (delays.stream().anyMatch(delay -> delay.isNegative() || delay.isZero())) {
      throw new IllegalArgumentException("delays must be positive");
    }
  }

  /**
   * @param attempt 1 for the first
   * @param now when the attempt ended
   */
  DeliveryOutcome after(int attempt, AttemptResult result, Instant now, RandomGenerator random) {
    if (result instanceof AttemptResult.Answered answered && answered.status() / 100 == 2) {
      return new DeliveryOutcome.Delivered();
    }
    if (isFinal(result) || attempt > delays.size()) {
      return new DeliveryOutcome.GivenUp();
    }
    return new DeliveryOutcome.RetryAt(now.plus(delay(attempt, result, random)));
  }

  private Duration delay(int attempt, AttemptResult result, RandomGenerator random) {
    Duration least = isOverload(result) ? OVERLOAD_PAUSE : Duration.ZERO;
    Duration base = longer(delays.get(attempt - 1), least);
    if (result instanceof AttemptResult.Answered answered && answered.retryAfter() != null) {
      // Heard, but a receiver can neither hurry us nor put its events off for ever.
      Duration most = base.multipliedBy(2);
      Duration asked = longer(answered.retryAfter(), base);
      return asked.compareTo(most) > 0 ? most : asked;
    }
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return longer(Duration.ofMillis((long) (base.toMillis() * factor)), least);
  }

  private static boolean isFinal(AttemptResult result) {
    return result instanceof AttemptResult.Impossible
        || (result instanceof AttemptResult.Answered answered && answered.status() == GONE);
  }

  private static boolean isOverload(AttemptResult result) {
    return result instanceof AttemptResult.TimedOut
        || (result instanceof AttemptResult.Answered answered
            && answered.status() == TOO_MANY_REQUESTS);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
