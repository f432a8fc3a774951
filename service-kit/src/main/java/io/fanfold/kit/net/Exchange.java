package io.fanfold.kit.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One exchange while it runs: which addresses it may use, which socket it is using, and when it
 * ends. It belongs to the thread that runs it; only {@link #expire} is called from another.
 */
final class Exchange {

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final ThreadLocal<Exchange> CURRENT = new ThreadLocal<>();

  private final long endNanos;
  private String host = "";
  private List<InetAddress> addresses = List.of();
  private Socket socket;
  private boolean expired;

  private Exchange(Duration deadline) {
    this.endNanos = System.nanoTime() + deadline.toNanos();
  }

  static Exchange begin(Duration deadline) {
    var exchange = new Exchange(deadline);
    CURRENT.set(exchange);
    return exchange;
  }

  static void end() {
    CURRENT.remove();
  }

  /** The exchange of this thread. */
  static Exchange current() throws IOException {
    Exchange exchange = CURRENT.get();
    if (exchange == null) {
      throw new IOException("no exchange is running on this thread");
    }
    return exchange;
  }

  /** Names the addresses that were checked; it connects to no others. */
  void resolved(String host, List<InetAddress> addresses) {
    this.host = host;
    this.addresses = List.copyOf(addresses);
  }

  List<InetAddress> addressesOf(String name) throws UnknownHostException {
    if (!name.equalsIgnoreCase(host)) {
      throw new UnknownHostException("not the host of this exchange: " + name);
    }
    return addresses;
  }

  /** Nanoseconds left, 0 or less when time is up. */
  long remainingNanos() {
    return endNanos - System.nanoTime();
  }

  /**
   * Time left as a timeout for the client: at least 1, since 0 would mean for ever, and rounded up,
   * so that what times out by it ends after the deadline and is seen to have.
   */
  int remainingMillis() {
    long millis = Math.floorDiv(remainingNanos() + 999_999, 1_000_000L);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, millis));
  }

  /** Says that this exchange now works on that socket, which is what expiry has to close. */
  synchronized void using(Socket socket) throws SocketTimeoutException {
    if (expired || remainingNanos() <= 0) {
      throw new SocketTimeoutException("deadline passed");
    }
    this.socket = socket;
  }

  synchronized boolean expired() {
    return expired || remainingNanos() <= 0;
  }

  /** Cuts the exchange off: whatever read, write or handshake it is in fails now. */
  synchronized void expire() {
    expired = true;
    hangUp();
  }

  /** Closes the socket in use without another word to the peer. */
  synchronized void hangUp() {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      log.warn("could not close a socket", e);
    }
  }

  /** After this, expiry touches no socket: it may already serve another exchange. */
  synchronized void release() {
    socket = null;
  }
}
