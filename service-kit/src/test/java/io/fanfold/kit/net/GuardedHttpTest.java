package io.fanfold.kit.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedHttpTest {

  private static final Duration DEADLINE = Duration.ofMillis(400);

  private static final Duration MARGIN = Duration.ofMillis(250);

  /** What a machine busy with something else gets: one of so many tries must be in time. */
  private static final int TRIES = 4;

  /** What an exchange may allocate, garbage included; it is 70 KiB or less. */
  private static final long MOST_ALLOCATED = 256 << 10;

  /** What the buffers of a connection on loopback take besides. */
  private static final long MOST_SENT = 32 << 20;

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private final AddressGuard loopback = AddressGuard.allowing(List.of("127.0.0.0/8"));
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
  }

  @Test
  void a_request_arrives_as_given_and_its_response_comes_back() throws Exception {
    var head = new ByteArrayOutputStream();
    var peer =
        peer(
            (in, out, self) -> {
              while (!head.toString(UTF_8).endsWith("\r\n\r\n{\"a\":1}")) {
                head.write(in.read());
              }
              Peer.send(
                  out,
                  OK
                      + "X-One: 1\r\nx-one: 2\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
            });

    var response =
        http()
            .exchange(
                new GuardedHttp.Request(
                    "POST",
                    uri(peer, "/hook?a=%2F&b"),
                    Map.of("content-type", "application/json", "webhook-id", "evt_1"),
                    "{\"a\":1}".getBytes(UTF_8),
                    Duration.ofSeconds(10),
                    100));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers()).containsEntry("x-one", "1, 2");
    assertThat(response.body()).asString(UTF_8).isEqualTo("hello");
    assertThat(response.truncated()).isFalse();
    assertThat(head.toString(UTF_8))
        .startsWith("POST /hook?a=%2F&b HTTP/1.1\r\n")
        .contains("content-type: application/json\r\n", "webhook-id: evt_1\r\n")
        .contains("Content-Length: 7\r\n", "Host: 127.0.0.1:" + peer.port() + "\r\n")
        .doesNotContainIgnoringCase("accept-encoding")
        .doesNotContainIgnoringCase("upgrade")
        .doesNotContainIgnoringCase("user-agent");
  }

  @Test
  void a_connection_whose_response_was_read_to_its_end_is_used_again() throws Exception {
    var peer =
        peer(
            (in, out, self) -> {
              while (Peer.readHead(in)) {
                Peer.send(out, OK + "Content-Length: 2\r\n\r\nok");
              }
            });
    var http = http();

    for (int i = 0; i < 5; i++) {
      assertThat(http.exchange(get(uri(peer, "/"), 2)).truncated()).isFalse();
    }

    assertThat(peer.connections()).isEqualTo(1);
  }

  @Test
  void a_kept_connection_that_the_peer_closed_is_not_used_again() throws Exception {
    var gone = new CountDownLatch(1);
    var peer =
        peer(
            (in, out, self) -> {
              Peer.readHead(in);
              Peer.send(out, OK + "Content-Length: 0\r\n\r\n");
              out.close();
              gone.countDown();
            });
    var http = http();

    http.exchange(get(uri(peer, "/"), 2));
    gone.await();

    assertThat(http.exchange(get(uri(peer, "/"), 2)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 16384})
  void no_more_of_the_body_is_read_than_asked_for(int limit) throws Exception {
    var peer =
        peer(
            (in, out, self) -> {
              Peer.readHead(in);
              Peer.send(out, OK + "Content-Length: " + (1L << 30) + "\r\n\r\n");
              byte[] block = new byte[4096];
              for (long sent = 0; sent < 1L << 30; sent += block.length) {
                out.write(block);
              }
            });

    var response = http().exchange(get(uri(peer, "/"), limit));

    assertThat(response.body()).hasSize(limit);
    assertThat(response.truncated()).isTrue();
  }

  static List<Peer.Script> peersThatNeverFinish() {
    return List.of(
        // stalls after accepting
        (in, out, self) -> self.pause(60_000),
        // reads and stays silent
        (in, out, self) -> {
          Peer.readHead(in);
          self.pause(60_000);
        },
        // drips headers
        (in, out, self) -> {
          Peer.send(out, OK);
          for (int i = 0; self.pause(20); i++) {
            Peer.send(out, (i % 20 == 0 ? "\r\nx-drip: " : "a"));
          }
        },
        // answers 100 Continue for ever
        (in, out, self) -> {
          while (self.pause(20)) {
            Peer.send(out, "HTTP/1.1 100 Continue\r\n\r\n");
          }
        },
        // drips the body
        (in, out, self) -> {
          Peer.send(out, OK + "Content-Length: 100000\r\n\r\n");
          while (self.pause(20)) {
            Peer.send(out, "a");
          }
        },
        // drips chunks
        (in, out, self) -> {
          Peer.send(out, OK + "Transfer-Encoding: chunked\r\n\r\n");
          while (self.pause(20)) {
            Peer.send(out, "1\r\na\r\n");
          }
        },
        // drips trailers
        (in, out, self) -> {
          Peer.send(out, OK + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n");
          while (self.pause(20)) {
            Peer.send(out, "a");
          }
        },
        // drips the size of a chunk
        (in, out, self) -> {
          Peer.send(out, OK + "Transfer-Encoding: chunked\r\n\r\n");
          while (self.pause(20)) {
            Peer.send(out, "0");
          }
        },
        // answers 100 Continue as fast as it can
        (in, out, self) -> {
          byte[] more = "HTTP/1.1 100 Continue\r\n\r\n".repeat(100).getBytes(UTF_8);
          while (true) {
            out.write(more);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("peersThatNeverFinish")
  void no_exchange_outlasts_its_deadline(Peer.Script script) throws Exception {
    var peer = peer(script);

    assertDeadline(http(), uri(peer, "/"), new byte[0]);
  }

  @Test
  void no_tls_handshake_outlasts_the_deadline() throws Exception {
    var peer = peer((in, out, self) -> self.pause(60_000));

    assertDeadline(http(), URI.create("https://127.0.0.1:" + peer.port() + "/"), new byte[0]);
  }

  @Test
  void no_tls_handshake_that_goes_on_outlasts_the_deadline() throws Exception {
    // A handshake record whose 16 KiB come a byte at a time.
    var peer =
        peer(
            (in, out, self) -> {
              out.write(new byte[] {22, 3, 3, 0x40, 0, 2, 0, 0x3f, (byte) 0xfc, 3, 3});
              while (self.pause(20)) {
                out.write(7);
              }
            });

    assertDeadline(http(), URI.create("https://127.0.0.1:" + peer.port() + "/"), new byte[0]);
  }

  @Test
  void no_send_outlasts_the_deadline_when_the_peer_does_not_read() throws Exception {
    var peer = peer((in, out, self) -> self.pause(60_000));

    assertDeadline(http(), uri(peer, "/"), new byte[64 * 1024 * 1024]);
  }

  @Test
  void no_connecting_outlasts_the_deadline_however_many_addresses_a_name_has() throws Exception {
    // A listener whose queue is full answers no further connection.
    try (var full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      var fill = new ArrayList<Socket>();
      try {
        for (int i = 0; i < 8; i++) {
          var socket = new Socket();
          fill.add(socket);
          if (!connects(socket, full)) {
            break;
          }
        }
        var address = InetAddress.getByName("127.0.0.1");
        var http = http(loopback, host -> List.of(address, address, address, address));

        assertDeadline(
            http, URI.create("http://many.example:" + full.getLocalPort() + "/"), new byte[0]);
      } finally {
        for (Socket socket : fill) {
          socket.close();
        }
      }
    }
  }

  @Test
  void no_name_lookup_outlasts_the_deadline() throws Exception {
    var never = new CountDownLatch(1);
    var http =
        http(
            loopback,
            host -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new UnknownHostException(host);
              }
              return List.of();
            });

    assertDeadline(http, URI.create("http://slow.example/"), new byte[0]);
  }

  @Test
  void waiting_for_a_connection_counts_as_well() throws Exception {
    var peer = peer((in, out, self) -> self.pause(60_000));
    var http = new GuardedHttp(loopback, 1, 1);
    toClose.add(http);
    var ended = new CountDownLatch(1);
    var holder =
        new Thread(
            () -> {
              try {
                var response = http.exchange(get(uri(peer, "/"), 0));
                throw new AssertionError("answered " + response.status());
              } catch (IOException expected) {
                ended.countDown();
              }
            });
    holder.start();
    while (peer.connections() == 0) {
      Thread.onSpinWait();
    }

    assertDeadline(http, uri(peer, "/"), new byte[0]);
    assertThat(peer.connections()).isEqualTo(1);
    peer.close();
    ended.await();
  }

  @Test
  void an_endless_body_costs_only_what_was_asked_for() throws Exception {
    var peer =
        peer(
            (in, out, self) -> {
              Peer.send(out, OK + "Transfer-Encoding: chunked\r\n\r\n");
              String chunk = "1000\r\n" + "a".repeat(0x1000) + "\r\n";
              while (true) {
                Peer.send(out, chunk);
              }
            });

    var response = http().exchange(get(uri(peer, "/"), 1024));

    assertThat(response.body()).hasSize(1024);
    assertThat(response.truncated()).isTrue();
  }

  @Test
  void what_is_packed_stays_packed() throws Exception {
    // 64 MiB in 64 KiB.
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    var peer =
        peer(
            (in, out, self) -> {
              Peer.readHead(in);
              Peer.send(
                  out,
                  OK
                      + "Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                          .formatted(packed.size()));
              packed.writeTo(out);
            });

    var response = http().exchange(get(uri(peer, "/"), 1024));

    assertThat(response.body()).isEqualTo(Arrays.copyOf(packed.toByteArray(), 1024));
    assertThat(response.truncated()).isTrue();
  }

  static List<String> answersWithoutEnd() {
    return List.of(
        // a body, chunks, the size of a chunk, trailers, headers, a line of one, the status,
        // nothing
        OK + "\r\n|" + "a".repeat(4096),
        OK + "Content-Encoding: gzip\r\n\r\n|" + "a".repeat(4096),
        OK + "Transfer-Encoding: chunked\r\n\r\n|1000\r\n" + "a".repeat(4096) + "\r\n",
        OK + "Transfer-Encoding: chunked\r\n\r\n1;|" + "a".repeat(4096),
        OK + "Transfer-Encoding: chunked\r\n\r\n|" + "0".repeat(4096),
        OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n|" + "a: b\r\n".repeat(700),
        OK + "Transfer-Encoding: chunked\r\n\r\n0\r\na: |" + "a".repeat(4096),
        OK + "|" + "a: b\r\n".repeat(700),
        OK + "a: |" + "a".repeat(4096),
        "HTTP/1.1 200 |" + "a".repeat(4096),
        "|" + "\r\n".repeat(2048));
  }

  /** As much of the stream is read as one attempt may hold, and a connection's buffers take. */
  @ParameterizedTest
  @MethodSource("answersWithoutEnd")
  void an_answer_without_end_costs_little_memory_and_ends_in_time(String answer) throws Exception {
    int mark = answer.indexOf('|');
    byte[] more = answer.substring(mark + 1).getBytes(UTF_8);
    var sent = new AtomicLong();
    var peer =
        peer(
            (in, out, self) -> {
              Peer.readHead(in);
              Peer.send(out, answer.substring(0, mark));
              while (sent.get() < 1L << 30) {
                out.write(more);
                sent.addAndGet(more.length);
              }
            });
    var http = http();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();

    var thrown = catchThrowable(() -> http.exchange(get(uri(peer, "/"), 16 * 1024)));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    if (thrown != null) {
      assertThat(thrown)
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(DeadlineExceededException.class);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
    assertThat(sent).as("of 1 GiB").hasValueLessThan(MOST_SENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nx: %s\r\n\r\n",
        "HTTP/1.1 200 %s\r\n\r\n",
      })
  void an_endless_header_line_is_an_error(String head) throws Exception {
    var peer = peer((in, out, self) -> Peer.send(out, head.formatted("a".repeat(100_000))));

    assertThatThrownBy(() -> http().exchange(get(uri(peer, "/"), 1024)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void a_thousand_headers_are_an_error() throws Exception {
    var peer = peer((in, out, self) -> Peer.send(out, OK + "x: y\r\n".repeat(1000) + "\r\n"));

    assertThatThrownBy(() -> http().exchange(get(uri(peer, "/"), 1024)))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_returned_and_not_followed(int status) throws Exception {
    var target = peer((in, out, self) -> Peer.send(out, OK + "\r\n"));
    var peer =
        peer(
            (in, out, self) -> {
              Peer.readHead(in);
              Peer.send(
                  out,
                  "HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                      .formatted(status, uri(target, "/")));
            });

    var response = http().exchange(get(uri(peer, "/"), 100));

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers()).containsEntry("location", uri(target, "/").toString());
    assertThat(target.connections()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LOCALHOST.",
        "0.0.0.0",
        "[::]"
      })
  void a_refused_address_is_never_connected_to_however_it_is_written(String host) throws Exception {
    var peer = peer((in, out, self) -> Peer.send(out, OK + "\r\n"));

    var thrown =
        catchThrowable(
            () ->
                http(AddressGuard.publicOnly(), Names.SYSTEM)
                    .exchange(
                        new GuardedHttp.Request(
                            "GET",
                            URI.create("http://" + host + ":" + peer.port() + "/"),
                            Map.of(),
                            new byte[0],
                            DEADLINE,
                            10)));

    // 0177.0.0.1 is the public 177.0.0.1 to Java; whatever it is, it is not loopback.
    assertThat(thrown).isInstanceOf(IOException.class);
    assertThat(peer.connections()).isZero();
  }

  @Test
  void a_name_that_turns_private_between_two_requests_is_refused_the_second_time()
      throws Exception {
    var peer =
        peer(
            (in, out, self) -> {
              while (Peer.readHead(in)) {
                Peer.send(out, OK + "Content-Length: 0\r\n\r\n");
              }
            });
    var lookups = new AtomicInteger();
    var http =
        http(
            AddressGuard.allowing(List.of("127.0.0.1")),
            host ->
                List.of(
                    InetAddress.getByName(
                        lookups.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.2")));
    var uri = URI.create("http://rebinding.example:" + peer.port() + "/");

    assertThat(http.exchange(get(uri, 10)).status()).isEqualTo(200);
    assertThatThrownBy(() -> http.exchange(get(uri, 10)))
        .isInstanceOf(RefusedAddressException.class);
    assertThat(lookups).hasValue(2);
    assertThat(peer.connections()).isEqualTo(1);
  }

  @Test
  void the_name_is_looked_up_once_so_that_no_second_answer_can_differ() throws Exception {
    var peer =
        peer(
            (in, out, self) -> {
              Peer.readHead(in);
              Peer.send(out, OK + "Content-Length: 0\r\n\r\n");
            });
    var lookups = new AtomicInteger();
    var http =
        http(
            loopback,
            host -> {
              lookups.incrementAndGet();
              return List.of(InetAddress.getByName("127.0.0.1"));
            });

    http.exchange(get(URI.create("http://once.example:" + peer.port() + "/"), 10));

    assertThat(lookups).hasValue(1);
  }

  @Test
  void the_second_address_is_tried_when_the_first_does_not_answer() throws Exception {
    var peer =
        peer(
            (in, out, self) -> {
              Peer.readHead(in);
              Peer.send(out, OK + "Content-Length: 0\r\n\r\n");
            });
    var http =
        http(
            loopback,
            host ->
                List.of(InetAddress.getByName("127.0.0.9"), InetAddress.getByName("127.0.0.1")));

    var response = http.exchange(get(URI.create("http://two.example:" + peer.port() + "/"), 10));

    assertThat(response.status()).isEqualTo(200);
  }

  @Test
  void nobody_listening_is_a_connect_error_and_not_a_deadline() throws Exception {
    int port;
    try (var closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }

    assertThatThrownBy(() -> http().exchange(get(URI.create("http://127.0.0.1:" + port), 10)))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void an_unknown_name_is_said_to_be_unknown() {
    var http =
        http(
            loopback,
            host -> {
              throw new UnknownHostException(host);
            });

    assertThatThrownBy(() -> http.exchange(get(URI.create("http://nowhere.example/"), 10)))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("nowhere.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "ftp://example.com/", "http:/x", "http://u@127.0.0.1/", "x"})
  void what_is_no_plain_http_url_is_refused(String uri) {
    assertThatThrownBy(() -> http().exchange(get(URI.create(uri), 10)))
        .isInstanceOf(RefusedAddressException.class);
  }

  private static void assertDeadline(GuardedHttp http, URI uri, byte[] body) {
    Duration took = Duration.ZERO;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      var thrown =
          catchThrowable(
              () ->
                  http.exchange(
                      new GuardedHttp.Request(
                          body.length == 0 ? "GET" : "POST",
                          uri,
                          Map.of(),
                          body,
                          DEADLINE,
                          50_000)));
      took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(thrown).isInstanceOf(DeadlineExceededException.class);
      assertThat(took).isGreaterThanOrEqualTo(DEADLINE.minusMillis(5));
      if (took.compareTo(DEADLINE.plus(MARGIN)) <= 0) {
        return;
      }
    }
    assertThat(took).isLessThanOrEqualTo(DEADLINE.plus(MARGIN));
  }

  private static boolean connects(Socket socket, ServerSocket server) {
    try {
      socket.connect(server.getLocalSocketAddress(), 100);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Peer peer(Peer.Script script) throws IOException {
    var peer = new Peer(script);
    toClose.add(peer);
    return peer;
  }

  private GuardedHttp http() {
    return http(loopback, Names.SYSTEM);
  }

  private GuardedHttp http(AddressGuard guard, Names names) {
    var http = new GuardedHttp(guard, 4, 8, names);
    toClose.add(http);
    return http;
  }

  private static GuardedHttp.Request get(URI uri, int limit) {
    return new GuardedHttp.Request(
        "GET", uri, Map.of(), new byte[0], Duration.ofSeconds(10), limit);
  }

  private static URI uri(Peer peer, String path) {
    return URI.create("http://127.0.0.1:" + peer.port() + path);
  }
}
