package io.fanfold.webhook;

/** The attempt cannot be made, now or later; the message may be shown to anyone. */
final class ImpossibleAttemptException extends Exception {

  private static final long serialVersionUID = 1L;

  ImpossibleAttemptException(String message) {
    super(message);
  }
}
