package io.fanfold.standalone.broker;

import java.net.BindException;
import java.util.Locale;

/** Tells a lost race for a port from any other failure of the broker. */
final class PortConflict {

  private PortConflict() {}

  static boolean isCauseOf(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException || saysSo(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  /** Kafka wraps some bind failures and keeps the reason in words only. */
  private static boolean saysSo(String message) {
    return message != null && message.toLowerCase(Locale.ROOT).contains("address already in use");
  }
}
