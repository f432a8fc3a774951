package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A receiver on loopback that behaves as told, byte by byte. */
final class RawReceiver implements AutoCloseable {

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private final Manner manner;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<String> ids = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** How a receiver answers. */
  enum Manner {
    GOOD,
    FAILING,
    /** Reads and never answers. */
    SILENT,
    /** Accepts and never reads. */
    DEAF,
    /** Is asked for TLS and never says a word. */
    TLS_SILENT,
    /** A byte of headers a second. */
    DRIPPING,
    /** A byte of the body a second. */
    DRIPPING_BODY,
    ENDLESS_BODY,
    ENDLESS_CHUNKS,
    ENDLESS_HEADERS,
    /** A gzip body that would be a thousand times as long. */
    PACKED
  }

  RawReceiver(Manner manner) throws IOException {
    this.manner = manner;
    this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    start(this::accept);
  }

  Manner manner() {
    return manner;
  }

  String url() {
    return "%s://127.0.0.1:%d/%s"
        .formatted(
            manner == Manner.TLS_SILENT ? "https" : "http",
            server.getLocalPort(),
            manner.name().toLowerCase(Locale.ROOT));
  }

  /** The distinct webhook-ids of requests that were read. */
  Set<String> ids() {
    return ids;
  }

  /** Connections that nobody has closed, as far as that is seen here. */
  int open() {
    return open.size();
  }

  /** Bytes that answers had. */
  long sent() {
    return sent.get();
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        start(() -> serve(socket));
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      if (manner == Manner.DEAF || manner == Manner.TLS_SILENT) {
        closed.await();
        return;
      }
      while (read(in)) {
        if (manner == Manner.SILENT) {
          // To the end of the stream, which is when the client hangs up.
          in.transferTo(OutputStream.nullOutputStream());
          return;
        }
        answer(out);
        if (manner.name().startsWith("ENDLESS") || manner == Manner.PACKED) {
          return;
        }
      }
    } catch (IOException e) {
      // The client hung up, which is what most of these provoke.
      open.remove(socket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private void answer(OutputStream out) throws IOException, InterruptedException {
    switch (manner) {
      case GOOD -> send(out, "HTTP/1.1 204 No Content\r\n\r\n");
      case FAILING -> send(out, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
      case DRIPPING -> drip(out);
      case DRIPPING_BODY -> {
        send(out, OK + "Content-Length: 1000\r\n\r\n");
        drip(out);
      }
      case ENDLESS_BODY -> {
        send(out, OK + "\r\n");
        repeat(out, "a".repeat(4096));
      }
      case ENDLESS_CHUNKS -> {
        send(out, OK + "Transfer-Encoding: chunked\r\n\r\n");
        repeat(out, "1000\r\n" + "a".repeat(4096) + "\r\n");
      }
      case ENDLESS_HEADERS -> {
        send(out, OK);
        repeat(out, "x-more: and more\r\n".repeat(200));
      }
      case PACKED -> {
        send(out, OK + "Content-Encoding: gzip\r\n\r\n");
        repeat(out, "\u001f\u0000".repeat(2048));
      }
      default -> closed.await();
    }
  }

  private void drip(OutputStream out) throws IOException, InterruptedException {
    for (int i = 0; !closed.await(i == 0 ? 0 : 1, TimeUnit.SECONDS); i++) {
      send(out, (OK + "x: " + "a".repeat(1000)).substring(i, i + 1));
    }
  }

  private void repeat(OutputStream out, String text) throws IOException {
    while (closed.getCount() > 0 && sent.get() < 4L << 30) {
      send(out, text);
    }
  }

  private void send(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.write(bytes);
    out.flush();
    sent.addAndGet(bytes.length);
  }

  /** A whole request; false at the end of the stream. */
  private boolean read(InputStream in) throws IOException {
    int length = 0;
    String id = null;
    for (String line = line(in); line != null; line = line(in)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).trim());
      } else if (lower.startsWith("webhook-id:")) {
        id = line.substring(line.indexOf(':') + 1).trim();
      } else if (line.isEmpty()) {
        in.skipNBytes(length);
        ids.add(id);
        return true;
      }
    }
    return false;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b == -1) {
        return null;
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
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
