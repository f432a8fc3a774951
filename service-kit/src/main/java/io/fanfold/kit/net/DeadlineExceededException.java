package io.fanfold.kit.net;

import java.io.IOException;
import java.time.Duration;

/** The exchange was not over at its deadline and was cut off; the peer may have acted on it. */
public final class DeadlineExceededException extends IOException {

  private static final long serialVersionUID = 1L;

  DeadlineExceededException(Duration deadline, Throwable cause) {
    super("not finished after " + deadline.toMillis() + " ms", cause);
  }
}
