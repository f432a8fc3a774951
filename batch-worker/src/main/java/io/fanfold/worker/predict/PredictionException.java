package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;
import java.util.Objects;

/** Why a content has no predictions: a code for programs, a message for people. */
public class PredictionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureCode code;
  private final boolean transientFailure;

  /** A failure that trying again will not change. */
  public PredictionException(FailureCode code, String message) {
    this(code, message, false, null);
  }

  /**
   * @param code the kind of failure
   * @param message for people; goes into the item's result
   * @param transientFailure whether trying again may help
   * @param cause may be null
   */
  public PredictionException(
      FailureCode code, String message, boolean transientFailure, Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.code = Objects.requireNonNull(code);
    this.transientFailure = transientFailure;
  }

  /** The kind of failure. */
  public FailureCode code() {
    return code;
  }

  /** Whether trying again may help. */
  public boolean isTransient() {
    return transientFailure;
  }
}
