package io.fanfold.standalone;

/** The pipeline cannot start here and now; the message is one line for the person who tried. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
