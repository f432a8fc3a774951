package io.fanfold.standalone.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/**
 * Asks the operating system about ports before Kafka does, which ends the JVM over some of them.
 */
public final class Ports {

  private Ports() {}

  /** A port that was free a moment ago; whoever takes it must be ready to lose the race. */
  public static int free(String host) throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }

  /**
   * Port 0 is always free.
   *
   * @throws PortTakenException if something listens there
   */
  public static void requireFree(String host, int port) throws IOException {
    if (port == 0) {
      return;
    }
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("host " + host + " is unknown", e);
    }
    try (var socket = new ServerSocket(port, 1, address)) {
      if (socket.getLocalPort() != port) {
        throw new IOException("asked for port " + port + ", got " + socket.getLocalPort());
      }
    } catch (BindException e) {
      throw new PortTakenException(host, port, e);
    }
  }
}
