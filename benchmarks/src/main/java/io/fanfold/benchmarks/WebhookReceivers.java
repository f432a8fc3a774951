package io.fanfold.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Receivers on the loopback address, a port each since the dispatcher tells them apart by origin,
 * that note when the first byte of a delivery comes. The first three become a black hole, a dripper
 * and one that always fails when they are told to.
 */
final class WebhookReceivers implements AutoCloseable {

  /** The receivers that turn bad. */
  static final int BAD = 3;

  private static final int HOLE = 0;
  private static final int DRIPPER = 1;
  private static final int FAILING = 2;
  private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";
  private static final String ERROR = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";

  private final List<ServerSocket> servers = new ArrayList<>();
  private final Map<String, CompletableFuture<Long>> arrivals = new ConcurrentHashMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean bad;
  private final CountDownLatch closed = new CountDownLatch(1);

  WebhookReceivers(int count) throws ScenarioException {
    try {
      for (int i = 0; i < count; i++) {
        int receiver = i;
        var server =
            new ServerSocket(/* port= */ 0, /* backlog= */ 500, InetAddress.getLoopbackAddress());
        servers.add(server);
        start(() -> accept(server, receiver));
      }
    } catch (IOException e) {
      close();
      throw new ScenarioException("cannot receive webhooks: " + e, e);
    }
  }

  String url(int receiver) {
    return "http://127.0.0.1:%d/".formatted(servers.get(receiver).getLocalPort());
  }

  /** From now on the first three are bad; until then they are as good as the others. */
  void turnBad() {
    bad = true;
  }

  /** When the first byte of the event's first delivery came, by {@link System#nanoTime}. */
  long arrival(String event, int seconds) throws ScenarioException, InterruptedException {
    try {
      return of(event).get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ScenarioException("no webhook of %s in %d s".formatted(event, seconds), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private CompletableFuture<Long> of(String event) {
    return arrivals.computeIfAbsent(event, key -> new CompletableFuture<>());
  }

  private void accept(ServerSocket server, int receiver) {
    while (closed.getCount() > 0) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        start(() -> serve(socket, receiver));
      } catch (IOException e) {
        // Closed, or out of descriptors; then deliveries do not arrive and the scenario says so.
        return;
      }
    }
  }

  private void serve(Socket socket, int receiver) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (int first = in.read(); first != -1; first = in.read()) {
        long now = System.nanoTime();
        request(in, now);
        if (!bad) {
          answer(out, NO_CONTENT);
        } else if (receiver == HOLE) {
          in.transferTo(OutputStream.nullOutputStream());
        } else if (receiver == DRIPPER) {
          drip(out);
        } else {
          answer(out, receiver == FAILING ? ERROR : NO_CONTENT);
        }
      }
    } catch (IOException e) {
      // The dispatcher hung up, as it has to on two of these.
      open.remove(socket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static void answer(OutputStream out, String answer) throws IOException {
    out.write(answer.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Reads the rest of a request. */
  private void request(InputStream in, long now) throws IOException {
    line(in);
    int length = 0;
    String event = "";
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
      String value = line.substring(line.indexOf(':') + 1).trim();
      if (name.equals("content-length")) {
        length = Integer.parseInt(value);
      } else if (name.equals("webhook-id")) {
        event = value;
      }
    }
    in.skipNBytes(length);
    of(event).complete(now);
  }

  private void drip(OutputStream out) throws IOException, InterruptedException {
    for (int i = 0; !closed.await(1, TimeUnit.SECONDS); i++) {
      out.write(i < NO_CONTENT.length() - 4 ? NO_CONTENT.charAt(i) : 'x');
      out.flush();
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b == -1) {
        throw new IOException("half a request");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  private static void start(Runnable task) {
    var thread = new Thread(task, "receiver");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      for (ServerSocket server : servers) {
        server.close();
      }
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
