package io.fanfold.webhook;

import java.util.Locale;

/**
 * How an attempt went whose delivery is not known here yet: nothing orders the topics, and a former
 * owner may have sent an event of a state that is only now read for good.
 *
 * @param state PENDING when there is to be another attempt
 * @param attempt 1 for the first
 * @param nextAtMs when that is due
 */
record EarlyOutcome(DeliveryState state, int attempt, long nextAtMs) {

  static EarlyOutcome parse(String text) {
    String[] parts = text.split(" ");
    return new EarlyOutcome(
        DeliveryState.valueOf(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %d %d", state, attempt, nextAtMs);
  }
}
