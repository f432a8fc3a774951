package io.fanfold.standalone.cli;

import java.net.URI;

/** No server answered at the address. */
final class UnreachableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreachableException(URI server, String reason, Throwable cause) {
    super("cannot reach a Fanfold server at " + server + ": " + reason, cause);
  }
}
