package io.fanfold.webhook;

import io.fanfold.schemas.WebhookAttempt;

/** Where outcomes go. */
interface AttemptLog {

  /**
   * Writes an outcome for good; returns when it is written or never will be.
   *
   * @param partition where whoever owns the delivery reads it
   */
  void write(WebhookAttempt attempt, int partition);
}
