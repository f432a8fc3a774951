package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;

/** A parameter is missing, unknown, of the wrong type or out of range. Code INVALID_ITEM. */
public final class InvalidParameterException extends PredictionException {
  private static final long serialVersionUID = 1L;

  private final String parameter;

  public InvalidParameterException(String parameter, String message) {
    super(FailureCode.INVALID_ITEM, message);
    this.parameter = parameter;
  }

  /** The parameter's name. */
  public String parameter() {
    return parameter;
  }
}
