package io.fanfold.kit.net;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;

/**
 * The one place where connections are made and bytes move, so that no connection escapes the guard
 * and no read or write the deadline. A pooled connection serves many exchanges, one after another;
 * each read and write tells the exchange of its thread which socket to close when time is up. TLS
 * runs over these streams as well, and closing the plain socket never waits for TLS's locks.
 */
final class GuardedSocket extends Socket {

  private final AddressGuard guard;

  GuardedSocket(AddressGuard guard) {
    // A proxy from the JVM's settings would connect for us, past the guard.
    super(Proxy.NO_PROXY);
    this.guard = guard;
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    Exchange exchange = Exchange.current();
    exchange.using(this);
    if (!(endpoint instanceof InetSocketAddress address) || address.isUnresolved()) {
      throw new RefusedAddressException("not a resolved address");
    }
    guard.check(address.getHostString(), List.of(address.getAddress()));
    int remaining = exchange.remainingMillis();
    super.connect(endpoint, timeout == 0 ? remaining : Math.min(timeout, remaining));
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        Exchange.current().using(GuardedSocket.this);
        return in.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        Exchange.current().using(GuardedSocket.this);
        return in.read(bytes, offset, length);
      }
    };
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(super.getOutputStream()) {
      @Override
      public void write(int b) throws IOException {
        Exchange.current().using(GuardedSocket.this);
        out.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        Exchange.current().using(GuardedSocket.this);
        out.write(bytes, offset, length);
      }
    };
  }
}
