package io.fanfold.benchmarks;

/** A scenario that cannot be measured here; the message says why in one line. */
final class ScenarioException extends Exception {
  private static final long serialVersionUID = 1L;

  ScenarioException(String message) {
    super(message);
  }

  ScenarioException(String message, Throwable cause) {
    super(message, cause);
  }
}
