package io.fanfold.worker.source;

import io.fanfold.schemas.FailureCode;

/** An item's bytes could not be had. */
public final class SourceException extends Exception {

  private static final long serialVersionUID = 1L;

  private final FailureCode code;
  private final boolean transientFailure;

  private SourceException(
      FailureCode code, String message, boolean transientFailure, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.transientFailure = transientFailure;
  }

  static SourceException permanent(FailureCode code, String message) {
    return new SourceException(code, message, false, null);
  }

  static SourceException permanent(FailureCode code, String message, Throwable cause) {
    return new SourceException(code, message, false, cause);
  }

  static SourceException passing(FailureCode code, String message, Throwable cause) {
    return new SourceException(code, message, true, cause);
  }

  /** What kind of failure, as it goes into the item's result. */
  public FailureCode code() {
    return code;
  }

  /** Whether another try may succeed. */
  public boolean transientFailure() {
    return transientFailure;
  }
}
