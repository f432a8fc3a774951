package io.fanfold.worker.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.ObjectStores;
import io.fanfold.schemas.FailureCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemSourceTest {

  private static final ItemSource.Limits LIMITS =
      new ItemSource.Limits(1000, 100, Duration.ofMillis(500));

  @TempDir private Path outside;

  private Path root;
  private GuardedHttp http;
  private HttpServer server;
  private ItemSource source;

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(outside.resolve("items"));
    Files.writeString(root.resolve("a.txt"), "hello");
    Files.writeString(outside.resolve("secret.txt"), "secret");
    http = new GuardedHttp(AddressGuard.allowing(List.of("127.0.0.1")), 4, 8);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.start();
    source = new ItemSource(http, ObjectStores.files(List.of(root)), LIMITS);
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(0);
    http.close();
  }

  @Test
  void a_file_under_a_root_is_read() throws Exception {
    assertThat(source.read(root.resolve("a.txt").toUri().toString())).asString().isEqualTo("hello");
    assertThat(source.read("FILE:" + root + "/a.txt")).asString().isEqualTo("hello");
  }

  @Test
  void a_file_name_may_be_escaped() throws Exception {
    Files.writeString(root.resolve("ä b%.txt"), "x");

    assertThat(source.read("file://" + root + "/%C3%A4%20b%25.txt")).asString().isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, ACCESS_DENIED",
    "file:/etc/passwd, ACCESS_DENIED",
    "file:///etc/no-such-file, ACCESS_DENIED",
    "file://ROOT/../secret.txt, ACCESS_DENIED",
    "file://ROOT/x/../../secret.txt, ACCESS_DENIED",
    "file://ROOT/%2e%2e/secret.txt, ACCESS_DENIED",
    "file://ROOT/%2E./secret.txt, ACCESS_DENIED",
    "file://ROOT/..%2fsecret.txt, ACCESS_DENIED",
    "file://ROOT/..%5csecret.txt, ACCESS_DENIED",
    "file://ROOT/./a.txt, ACCESS_DENIED",
    "file://ROOT/a.txt%00.jpg, ACCESS_DENIED",
    "file://ROOTx/a.txt, ACCESS_DENIED",
    "file:///, ACCESS_DENIED",
    "file://localhostROOT/a.txt, ACCESS_DENIED",
    "file://host/ROOT/a.txt, ACCESS_DENIED",
    "file://127.0.0.1/etc/passwd, ACCESS_DENIED",
    "file:a.txt, INVALID_ITEM",
    "file:, INVALID_ITEM",
    "file://ROOT/a.txt?x, INVALID_ITEM",
    "file://ROOT/a.txt#x, INVALID_ITEM",
    "file://ROOT/a b.txt, INVALID_ITEM",
    "file://ROOT/..\\secret.txt, INVALID_ITEM",
    "file://ROOT, INVALID_ITEM",
    "file://ROOT/, INVALID_ITEM",
    "file://ROOT/missing.txt, NOT_FOUND",
    "file://ROOT/a.txt/b, NOT_FOUND",
    "file://ROOT/%252e%252e/secret.txt, NOT_FOUND",
    "file://ROOT/%c0%ae%c0%ae/secret.txt, NOT_FOUND",
  })
  void no_file_outside_the_roots_is_reached(String uri, FailureCode code) {
    assertFails(source, uri.replace("ROOT", root.toString()), code, false);
  }

  @Test
  void a_symbolic_link_out_of_the_roots_is_refused_and_one_inside_is_followed() throws Exception {
    Files.createSymbolicLink(root.resolve("out.txt"), outside.resolve("secret.txt"));
    Files.createSymbolicLink(root.resolve("outdir"), outside);
    Files.createSymbolicLink(root.resolve("in.txt"), root.resolve("a.txt"));
    Files.createSymbolicLink(root.resolve("dangling.txt"), root.resolve("gone"));

    assertFails(source, "file://" + root + "/out.txt", FailureCode.ACCESS_DENIED, false);
    assertFails(source, "file://" + root + "/outdir/secret.txt", FailureCode.ACCESS_DENIED, false);
    assertFails(source, "file://" + root + "/dangling.txt", FailureCode.NOT_FOUND, false);
    assertThat(source.read("file://" + root + "/in.txt")).asString().isEqualTo("hello");
  }

  @Test
  void an_s3_item_is_read_within_the_same_limits() throws Exception {
    Path buckets = Files.createDirectories(outside.resolve("s3/bucket")).getParent();
    Files.writeString(buckets.resolve("bucket/a b.txt"), "hello");
    Files.write(buckets.resolve("bucket/long"), new byte[1001]);
    Files.write(buckets.resolve("bucket/fits"), new byte[1000]);
    var settings = new ObjectStores.S3Settings(null, "us-east-1", null, null, false, buckets);
    try (var stores = new ObjectStores(http, LIMITS.deadline(), List.of(), settings)) {
      var s3 = new ItemSource(http, stores, LIMITS);

      assertThat(s3.read("s3://bucket/a b.txt")).asString().isEqualTo("hello");
      assertThat(s3.read("s3://bucket/fits")).hasSize(1000);
      assertFails(s3, "s3://bucket/long", FailureCode.TOO_LARGE, false);
      assertFails(s3, "s3://bucket/none", FailureCode.NOT_FOUND, false);
      assertFails(s3, "s3://bucket/../../secret.txt", FailureCode.ACCESS_DENIED, false);
      assertFails(s3, "s3://bucket", FailureCode.INVALID_ITEM, false);
      assertFails(s3, root.resolve("a.txt").toUri().toString(), FailureCode.ACCESS_DENIED, false);
    }
  }

  @Test
  void an_s3_server_that_does_not_answer_is_a_passing_failure() {
    var settings =
        new ObjectStores.S3Settings("http://127.0.0.1:1", "us-east-1", "a", "b", true, null);
    try (var stores = new ObjectStores(http, LIMITS.deadline(), List.of(), settings)) {
      var s3 = new ItemSource(http, stores, LIMITS);

      assertFails(s3, "s3://bucket/a.txt", FailureCode.DOWNLOAD_FAILED, true);
    }
  }

  @Test
  void a_device_or_a_pipe_is_no_item() throws Exception {
    var devices = new ItemSource(http, ObjectStores.files(List.of(Path.of("/dev"))), LIMITS);

    assertFails(devices, "file:///dev/zero", FailureCode.INVALID_ITEM, false);
  }

  @Test
  void without_roots_there_are_no_file_items() {
    var none = new ItemSource(http, ObjectStores.files(List.of()), LIMITS);

    assertFails(none, "file://" + root + "/a.txt", FailureCode.ACCESS_DENIED, false);
  }

  @Test
  void a_name_too_long_for_the_file_system_is_not_found() {
    assertFails(source, "file://" + root + "/" + "a".repeat(300), FailureCode.NOT_FOUND, false);
  }

  @Test
  void a_file_may_be_as_long_as_the_limit_and_no_longer() throws Exception {
    Files.write(root.resolve("fits"), new byte[1000]);
    Files.write(root.resolve("long"), new byte[1001]);

    assertThat(source.read("file://" + root + "/fits")).hasSize(1000);
    assertFails(source, "file://" + root + "/long", FailureCode.TOO_LARGE, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data:,hello | hello",
        "data:text/plain,a%20b%2C | a b,",
        "data:text/plain;charset=utf-8,%C3%A4 | ä",
        "data:text/plain,ä | ä",
        "data:;base64,aGVsbG8= | hello",
        "data:image/png;BASE64,aGVsbG8 | hello",
        "data:;base64,aGVsbG8%3D | hello",
        "DATA:,x | x",
        "data:,a,b | a,b",
      })
  void a_data_uri_is_its_data(String uri, String expected) throws Exception {
    assertThat(source.read(uri)).asString(UTF_8).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data:",
        "data:text/plain",
        "data:;base64,a$b",
        "data:;base64,aGVsbG8==",
        "data:,%",
        "data:,%4",
        "data:,%zz"
      })
  void a_malformed_data_uri_is_invalid(String uri) {
    assertFails(source, uri, FailureCode.INVALID_ITEM, false);
  }

  @Test
  void a_data_uri_may_hold_as_much_as_the_limit_and_no_more() throws Exception {
    String fits = Base64.getEncoder().encodeToString(new byte[100]);
    String longer = Base64.getEncoder().encodeToString(new byte[101]);

    assertThat(source.read("data:;base64," + fits)).hasSize(100);
    assertThat(source.read("data:," + "%00".repeat(100))).hasSize(100);
    assertFails(source, "data:;base64," + longer, FailureCode.TOO_LARGE, false);
    assertFails(source, "data:," + "a".repeat(101), FailureCode.TOO_LARGE, false);
    assertFails(source, "data:," + "a".repeat(1_000_000), FailureCode.TOO_LARGE, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.jpg",
        "/etc/passwd",
        "ftp://example.com/a",
        "jar:file:///a.jar!/b",
        "gopher://x/",
        "javascript:1",
        "mailto:a@example.com",
        "httpx://a/",
        "http",
        "file"
      })
  void any_other_uri_is_invalid(String uri) {
    assertFails(source, uri, FailureCode.INVALID_ITEM, false);
  }

  @ParameterizedTest
  @CsvSource({
    "204, , ", "400, DOWNLOAD_FAILED, false", "401, ACCESS_DENIED, false",
    "403, ACCESS_DENIED, false", "404, NOT_FOUND, false", "408, DOWNLOAD_FAILED, true",
    "410, NOT_FOUND, false", "418, DOWNLOAD_FAILED, false", "425, DOWNLOAD_FAILED, true",
    "429, DOWNLOAD_FAILED, true", "500, DOWNLOAD_FAILED, true", "502, DOWNLOAD_FAILED, true",
    "503, DOWNLOAD_FAILED, true", "504, DOWNLOAD_FAILED, true", "300, DOWNLOAD_FAILED, false",
    "304, DOWNLOAD_FAILED, false", "301, DOWNLOAD_FAILED, false"
  })
  void the_status_says_what_kind_of_failure_it_is(
      int status, FailureCode code, Boolean transientFailure) throws Exception {
    answer("/a", status, null, "");

    if (code == null) {
      assertThat(source.read(url("/a"))).isEmpty();
    } else {
      assertFails(source, url("/a"), code, transientFailure);
    }
  }

  @Test
  void an_http_item_is_fetched() throws Exception {
    answer("/a", 200, null, "hello");

    assertThat(source.read(url("/a?signature=s"))).asString().isEqualTo("hello");
  }

  @Test
  void an_http_item_may_be_as_long_as_the_limit_and_no_longer() throws Exception {
    answer("/fits", 200, null, "a".repeat(1000));
    answer("/long", 200, null, "a".repeat(1001));

    assertThat(source.read(url("/fits"))).hasSize(1000);
    assertFails(source, url("/long"), FailureCode.TOO_LARGE, false);
  }

  @Test
  void three_redirects_are_followed_and_a_fourth_is_not() throws Exception {
    answer("/1", 302, "/2", "");
    answer("/2", 307, url("/3"), "");
    answer("/3", 308, "4", "");
    answer("/4", 200, null, "here");
    answer("/0", 301, "/1", "");

    assertThat(source.read(url("/1"))).asString().isEqualTo("here");
    assertFails(source, url("/0"), FailureCode.DOWNLOAD_FAILED, false);
  }

  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, ACCESS_DENIED",
    "'data:,x', ACCESS_DENIED",
    "ftp://127.0.0.1/, ACCESS_DENIED",
    "http://127.0.0.2/, ACCESS_DENIED",
    "http://169.254.169.254/, ACCESS_DENIED",
    "http://127.1/, ACCESS_DENIED",
    "http://u:p@127.0.0.1/, ACCESS_DENIED",
    "http://127.0.0.1:22/, ACCESS_DENIED",
    "http://[::1]/, ACCESS_DENIED",
    "ht tp://x, DOWNLOAD_FAILED"
  })
  void a_redirect_leads_nowhere_an_item_could_not_lie(String location, FailureCode code)
      throws Exception {
    answer("/a", 302, location, "");

    assertFails(source, url("/a"), code, false);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.2/, ACCESS_DENIED",
    "http://10.0.0.1/, ACCESS_DENIED",
    "http://169.254.169.254/latest/, ACCESS_DENIED",
    "http://[::1]/, ACCESS_DENIED",
    "http://[::ffff:10.0.0.1]/, ACCESS_DENIED",
    "http://127.1/, INVALID_ITEM",
    "http://2130706433/, INVALID_ITEM",
    "http://0x7f.1/, INVALID_ITEM",
    "http://u@127.0.0.1/, INVALID_ITEM",
    "http://127.0.0.1:6379/, INVALID_ITEM",
    "http:///a, INVALID_ITEM",
    "http:a, INVALID_ITEM",
    "https://, INVALID_ITEM"
  })
  void no_address_off_the_public_internet_is_reached(String uri, FailureCode code) {
    assertFails(source, uri, code, false);
  }

  @Test
  void a_server_that_stalls_is_a_passing_timeout_redirects_included() throws Exception {
    try (var silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      answer("/a", 302, "http://127.0.0.1:" + silent.getLocalPort() + "/", "");
      long start = System.nanoTime();

      assertFails(source, url("/a"), FailureCode.TIMEOUT, true);

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(490), Duration.ofMillis(1500));
    }
  }

  @Test
  void nobody_listening_is_a_passing_failure() throws Exception {
    int port;
    try (var closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }

    assertFails(source, "http://127.0.0.1:" + port + "/?secret", FailureCode.DOWNLOAD_FAILED, true);
  }

  @Test
  void nothing_is_fetched_twice() throws Exception {
    var calls = new AtomicInteger();
    server.createContext(
        "/count",
        exchange -> {
          calls.incrementAndGet();
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });

    assertFails(source, url("/count"), FailureCode.DOWNLOAD_FAILED, true);
    assertThat(calls).hasValue(1);
  }

  private static void assertFails(
      ItemSource source, String uri, FailureCode code, boolean transientFailure) {
    var failure = catchThrowableOfType(SourceException.class, () -> source.read(uri));

    assertThat(failure).as(uri).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure.transientFailure()).as(failure.getMessage()).isEqualTo(transientFailure);
    assertThat(failure).hasMessageNotContaining("secret").message().isNotBlank();
  }

  private void answer(String path, int status, String location, String body) {
    server.createContext(
        path,
        exchange -> {
          if (location != null) {
            exchange.getResponseHeaders().set("Location", location);
          }
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }
}
