package io.fanfold.webhook;

import java.time.Instant;

/** What an attempt led to. */
sealed interface DeliveryOutcome {

  /** The receiver answered 2xx. */
  record Delivered() implements DeliveryOutcome {}

  /** There will be another attempt at that time. */
  record RetryAt(Instant time) implements DeliveryOutcome {}

  /** There will be none. */
  record GivenUp() implements DeliveryOutcome {}
}
