package io.fanfold.worker.signal;

import io.fanfold.schemas.FailureCode;
import java.util.Objects;

/** A sample, or a model, that cannot be used: a code for programs, a message for people. */
public final class SignalException extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureCode code;

  SignalException(FailureCode code, String message) {
    this(code, message, null);
  }

  SignalException(FailureCode code, String message, Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.code = Objects.requireNonNull(code);
  }

  static SignalException corrupt(String message) {
    return new SignalException(FailureCode.CORRUPT_INPUT, message);
  }

  static SignalException tooLarge(String message) {
    return new SignalException(FailureCode.TOO_LARGE, message);
  }

  /** Whole, but not what the model, or the training, takes. */
  static SignalException unfit(String message) {
    return new SignalException(FailureCode.INVALID_ITEM, message);
  }

  /** The kind of failure. */
  public FailureCode code() {
    return code;
  }
}
