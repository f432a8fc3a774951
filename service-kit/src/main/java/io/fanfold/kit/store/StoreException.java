package io.fanfold.kit.store;

import java.io.IOException;

/** An object could not be read or written. Its message holds neither a query nor a secret. */
public final class StoreException extends IOException {

  private static final long serialVersionUID = 1L;

  /** What kind of failure. */
  public enum Kind {
    /** The URI names no object, whatever is stored. */
    INVALID,
    NOT_FOUND,
    /** It exists, or might, and is not for us. */
    ACCESS_DENIED,
    /** It was not over in time. */
    TIMEOUT,
    UNREADABLE
  }

  private final Kind kind;
  private final boolean passing;

  private StoreException(Kind kind, boolean passing, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.passing = passing;
  }

  static StoreException permanent(Kind kind, String message, Throwable cause) {
    return new StoreException(kind, false, message, cause);
  }

  static StoreException permanent(Kind kind, String message) {
    return new StoreException(kind, false, message, null);
  }

  static StoreException passing(Kind kind, String message, Throwable cause) {
    return new StoreException(kind, true, message, cause);
  }

  public Kind kind() {
    return kind;
  }

  /** Whether another try may succeed. */
  public boolean passing() {
    return passing;
  }
}
