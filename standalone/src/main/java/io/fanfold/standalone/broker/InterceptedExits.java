package io.fanfold.standalone.broker;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Exit;

/**
 * While a broker starts, Kafka's wish to end the JVM becomes an exception: the caller decides what
 * a failed start means.
 */
final class InterceptedExits implements AutoCloseable {
  private final AtomicReference<IllegalStateException> wish = new AtomicReference<>();

  private InterceptedExits() {}

  static InterceptedExits install() {
    var exits = new InterceptedExits();
    Exit.setExitProcedure(exits::intercept);
    Exit.setHaltProcedure(exits::intercept);
    return exits;
  }

  void rethrow() {
    var wished = wish.get();
    if (wished != null) {
      throw wished;
    }
  }

  @Override
  public void close() {
    Exit.resetExitProcedure();
    Exit.resetHaltProcedure();
  }

  private void intercept(int statusCode, String message) {
    var exception =
        new IllegalStateException(
            message == null ? "the broker gave up with status " + statusCode : message);
    wish.compareAndSet(null, exception);
    throw exception;
  }
}
