package io.fanfold.kit.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every URL of {@code hostile-urls.txt}, every way it can get in: given, in the answer of a name
 * server, and in a redirect. A listener on all addresses of this machine counts connections.
 */
class HostileUrlsTest {

  /** Of names only those of this machine are looked up; a test asks no name server. */
  private static final Pattern LOOKED_UP =
      Pattern.compile("[0-9a-fA-FxX.:]+|(?i:(.*\\.)?localhost\\.?)");

  private static final int[] REDIRECTS = {301, 302, 303, 307, 308};

  private final AtomicInteger connections = new AtomicInteger();
  private ServerSocket listener;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0);
    var thread = new Thread(this::accept, "listener");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void stop() throws IOException {
    listener.close();
  }

  @Test
  void there_are_enough_of_them_and_the_listener_would_see_them() throws Exception {
    assertThat(urls()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    assertThat(addresses()).hasSizeGreaterThanOrEqualTo(50);
    try (var careless = http(AddressGuard.allowing(List.of("0.0.0.0/0", "::/0")), this::lookUp)) {
      for (String host : List.of("127.0.0.1", "127.0.0.2", "[::1]", "0.0.0.0", "LOCALHOST")) {
        int before = connections.get();
        careless.exchange(get("http://" + host + ":" + listener.getLocalPort() + "/"));
        assertThat(connections).as(host).hasValue(before + 1);
      }
    }
  }

  @Test
  void none_is_taken_however_open_the_settings_are() {
    var guard = AddressGuard.publicOnly();
    assertRefused(UrlRules.webhooks(false, List.of("443", "8443"), guard));
    assertRefused(UrlRules.webhooks(true, List.of("*"), guard));
    assertThat(connections).hasValue(0);
  }

  @Test
  void none_is_connected_to_when_a_record_names_it_that_nobody_checked() throws Exception {
    try (var http = http(AddressGuard.publicOnly(), this::lookUp)) {
      for (var each : addresses().entrySet()) {
        if (each.getValue().stream().allMatch(AddressGuard.publicOnly()::allows)) {
          // To Java 0177.0.0.1 is 177.0.0.1. That one is public, and the rules above refused it.
          continue;
        }
        var thrown = catchThrowable(() -> http.exchange(get(each.getKey())));
        assertThat(thrown).as(each.getKey()).isInstanceOf(RefusedAddressException.class);
      }
    }
    assertThat(connections).hasValue(0);
  }

  @Test
  void none_is_connected_to_when_a_good_name_turns_out_to_be_there() throws Exception {
    String url = "http://hooks.example:" + listener.getLocalPort() + "/";
    assertThat(UrlRules.webhooks(true, List.of("*"), AddressGuard.publicOnly()).check(url))
        .isEmpty();
    InetAddress good = InetAddress.getByName("8.8.8.8");
    for (var each : addresses().entrySet()) {
      for (InetAddress bad : each.getValue()) {
        if (AddressGuard.publicOnly().allows(bad)) {
          continue;
        }
        for (var answer : List.of(List.of(bad), List.of(good, bad), List.of(bad, good))) {
          try (var http = http(AddressGuard.publicOnly(), host -> answer)) {
            assertThatThrownBy(() -> http.exchange(get(url)))
                .as("%s, answered %s", each.getKey(), answer)
                .isInstanceOf(RefusedAddressException.class);
          }
        }
      }
    }
    assertThat(connections).hasValue(0);
  }

  @Test
  void none_is_connected_to_when_a_receiver_sends_us_there() throws Exception {
    var location = new String[1];
    var status = new AtomicInteger();
    try (var peer =
            new Peer(
                (in, out, self) -> {
                  while (Peer.readHead(in)) {
                    out.write(
                        "HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                            .formatted(status.get(), location[0])
                            .getBytes(UTF_8));
                    out.flush();
                  }
                });
        // The guard would let some of them through; that we follow nothing is what must hold.
        var http = http(AddressGuard.allowing(List.of("127.0.0.0/8", "::1")), this::lookUp)) {
      for (String url : urls()) {
        for (int each : REDIRECTS) {
          location[0] = url;
          status.set(each);
          var response = http.exchange(get("http://127.0.0.1:" + peer.port() + "/"));
          assertThat(response.status()).isEqualTo(each);
        }
      }
    }
    assertThat(connections).hasValue(0);
  }

  /** What every place must hold that takes URLs: of a job's webhook or of an endpoint. */
  private void assertRefused(UrlRules rules) {
    for (String url : urls()) {
      assertThat(rules.check(url)).as(url).isNotEmpty();
    }
  }

  /** With the listener's port. */
  private List<String> urls() {
    try (var table = getClass().getResourceAsStream("/hostile-urls.txt")) {
      return new String(table.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> line.replace("{port}", Integer.toString(listener.getLocalPort())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that a request could be made of, and where it would go. */
  private Map<String, List<InetAddress>> addresses() {
    var found = new LinkedHashMap<String, List<InetAddress>>();
    for (String url : urls()) {
      try {
        var uri = new URI(url);
        if (uri.getHost() != null && url.startsWith("http")) {
          found.put(url, lookUp(uri.getHost().replaceAll("[\\[\\]]", "")));
        }
      } catch (URISyntaxException | UnknownHostException e) {
        // Nothing could be sent to it.
        continue;
      }
    }
    return found;
  }

  private List<InetAddress> lookUp(String host) throws UnknownHostException {
    if (!LOOKED_UP.matcher(host).matches()) {
      throw new UnknownHostException(host);
    }
    return Names.SYSTEM.lookUp(host);
  }

  private void accept() {
    while (true) {
      try (Socket socket = listener.accept()) {
        connections.incrementAndGet();
        socket
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
      } catch (SocketException e) {
        if (listener.isClosed()) {
          return;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static GuardedHttp http(AddressGuard guard, Names names) {
    return new GuardedHttp(guard, 2, 2, names);
  }

  private static GuardedHttp.Request get(String url) {
    return new GuardedHttp.Request(
        "GET", URI.create(url), Map.of(), new byte[0], Duration.ofSeconds(10), 10);
  }
}
