package io.fanfold.standalone.broker;

import java.io.IOException;

/** Something else already listens on the port that was asked for. */
public final class PortTakenException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The port nobody else may have. */
  private final int port;

  public PortTakenException(String host, int port, Throwable cause) {
    super("port " + port + " on " + host + " is taken", cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
