package io.fanfold.kit.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.StoreException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpStoreTest {

  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private GuardedHttp http;
  private HttpStore store;

  // What the server has.
  private byte[] content = new byte[0];
  private String tag = "\"1\"";
  private boolean knowsRanges = true;
  private int status = 200;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext("/object", this::serve);
    server.start();
    http = new GuardedHttp(AddressGuard.allowing(List.of("127.0.0.1")), 4, 8);
    store = new HttpStore(http, Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(0);
    http.close();
  }

  @Test
  void a_long_object_is_fetched_range_by_range() throws IOException {
    content = random(2 * HttpStore.RANGE_BYTES + 17);

    try (ObjectContent object = store.open(uri(), 0)) {
      assertThat(object.length()).isEqualTo(content.length);
      assertThat(object.version()).isEqualTo(tag);
      assertThat(object.in().readAllBytes()).isEqualTo(content);
    }
    assertThat(ranges).hasSize(3);
  }

  @Test
  void it_is_read_from_any_byte_on() throws IOException {
    content = "0123456789".getBytes(ISO_8859_1);

    assertThat(read(0)).isEqualTo("0123456789");
    assertThat(read(7)).isEqualTo("789");
    assertThat(read(10)).isEmpty();
    knowsRanges = false;
    assertThat(read(7)).isEqualTo("789");
    assertThat(read(10)).isEmpty();
  }

  @Test
  void without_a_tag_the_length_tells_versions_apart() throws IOException {
    tag = null;
    content = new byte[10];
    String before = version();
    content = new byte[11];

    assertThat(version()).isNotEqualTo(before);
  }

  @Test
  void a_change_while_reading_is_noticed() throws IOException {
    content = random(HttpStore.RANGE_BYTES + 1);

    try (ObjectContent object = store.open(uri(), 0)) {
      object.in().readNBytes(HttpStore.RANGE_BYTES);
      tag = "\"2\"";
      assertThatThrownBy(() -> object.in().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_long_object_of_a_server_without_ranges_is_refused() {
    knowsRanges = false;
    content = new byte[HttpStore.MAX_WHOLE_BYTES + 1];

    assertFails(Kind.UNREADABLE, false);
  }

  @ParameterizedTest
  @CsvSource({
    "404, NOT_FOUND, false",
    "410, NOT_FOUND, false",
    "401, ACCESS_DENIED, false",
    "403, ACCESS_DENIED, false",
    "400, UNREADABLE, false",
    "429, UNREADABLE, true",
    "503, UNREADABLE, true",
  })
  void a_status_says_what_is_wrong(int answered, Kind kind, boolean passing) {
    status = answered;

    assertFails(kind, passing);
  }

  @Test
  void an_address_that_is_not_public_is_no_access() throws IOException {
    try (var guarded = new GuardedHttp(AddressGuard.publicOnly(), 4, 8)) {
      var closed = new HttpStore(guarded, Duration.ofSeconds(5));
      var failure = catchThrowableOfType(StoreException.class, () -> closed.open(uri(), 0));
      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    }
  }

  @Test
  void nothing_is_written() {
    assertThatThrownBy(() -> store.begin(uri(), "text/plain")).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> store.delete(uri())).isInstanceOf(StoreException.class);
  }

  private void assertFails(Kind kind, boolean passing) {
    var failure = catchThrowableOfType(StoreException.class, () -> store.open(uri(), 0));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.passing()).isEqualTo(passing);
    assertThat(failure).hasMessageNotContaining("secret");
  }

  private String read(long offset) throws IOException {
    try (ObjectContent object = store.open(uri(), offset)) {
      assertThat(object.length()).isEqualTo(content.length);
      return new String(object.in().readAllBytes(), ISO_8859_1);
    }
  }

  private String version() throws IOException {
    try (ObjectContent object = store.open(uri(), 0)) {
      return object.version();
    }
  }

  private String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/object?secret";
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range);
    if (tag != null) {
      exchange.getResponseHeaders().set("ETag", tag);
    }
    byte[] body = content;
    int answer = status;
    if (status == 200 && knowsRanges) {
      var bounds = new ArrayList<>(Arrays.asList(range.substring("bytes=".length()).split("-", 2)));
      int from = Integer.parseInt(bounds.get(0));
      int to = Math.min(content.length, Integer.parseInt(bounds.get(1)) + 1);
      answer = from < content.length ? 206 : 416;
      String said = answer == 206 ? from + "-" + (to - 1) : "*";
      exchange.getResponseHeaders().set("Content-Range", "bytes " + said + "/" + content.length);
      body = answer == 206 ? Arrays.copyOfRange(content, from, to) : new byte[0];
    }
    exchange.sendResponseHeaders(answer, body.length == 0 ? -1 : body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    } catch (IOException e) {
      // The client hung up, as it does when a body is too long.
      exchange.close();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
