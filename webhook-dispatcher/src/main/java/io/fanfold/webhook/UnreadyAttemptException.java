package io.fanfold.webhook;

/** What the attempt would send could not be had this time; the message may be shown to anyone. */
final class UnreadyAttemptException extends Exception {

  private static final long serialVersionUID = 1L;

  UnreadyAttemptException(String message) {
    super(message);
  }
}
