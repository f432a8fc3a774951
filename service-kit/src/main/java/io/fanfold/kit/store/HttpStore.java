package io.fanfold.kit.store;

import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.DeadlineExceededException;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.RefusedAddressException;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.kit.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Objects behind http and https, for reading only. They are fetched in ranges, so that no request
 * takes longer than its deadline however slowly its reader goes on. A server that does not know
 * ranges sends the whole each time; it may have at most {@link #MAX_WHOLE_BYTES}.
 */
final class HttpStore implements ObjectStore {

  static final int RANGE_BYTES = 1024 * 1024;
  static final int MAX_WHOLE_BYTES = 16 * 1024 * 1024;

  private static final int MAX_REDIRECTS = 3;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");
  private static final Pattern NO_RANGE = Pattern.compile("bytes \\*/(\\d+)");

  // Only the form is checked by these; the addresses are the guard's, which GuardedHttp holds.
  private final UrlRules rules = UrlRules.items(AddressGuard.publicOnly());
  private final GuardedHttp http;
  private final Duration deadline;

  /** Bytes of an object from an offset on. */
  private record Piece(byte[] bytes, String version, Long length) {}

  /**
   * @param deadline for one range
   */
  HttpStore(GuardedHttp http, Duration deadline) {
    this.http = http;
    this.deadline = deadline;
  }

  @Override
  public ObjectContent open(String uri, long offset) throws StoreException {
    Piece first = fetch(uri, offset);
    return new ObjectContent(new Ranges(uri, offset, first), first.version(), first.length());
  }

  @Override
  public ObjectUpload begin(String uri, String mediaType) throws StoreException {
    throw readOnly();
  }

  @Override
  public ObjectUpload resume(String uri, ObjectUpload.State state) throws StoreException {
    throw readOnly();
  }

  @Override
  public void delete(String uri) throws StoreException {
    throw readOnly();
  }

  private Piece fetch(String uri, long offset) throws StoreException {
    URI next = checked(uri);
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      GuardedHttp.Response response = get(next, offset);
      if (!REDIRECTS.contains(response.status())) {
        return piece(response, offset);
      }
      String location = response.headers().get("location");
      if (location == null) {
        throw StoreException.permanent(Kind.UNREADABLE, "redirected, but not said where to");
      }
      try {
        next = checked(next.resolve(location).toString());
      } catch (IllegalArgumentException e) {
        throw StoreException.permanent(
            Kind.UNREADABLE, "redirected to something that is no URL", e);
      }
    }
    throw StoreException.permanent(Kind.UNREADABLE, "more than " + MAX_REDIRECTS + " redirects");
  }

  private URI checked(String uri) throws StoreException {
    List<String> problems = rules.checkForm(uri);
    if (!problems.isEmpty()) {
      throw StoreException.permanent(Kind.INVALID, "the URL: " + String.join("; ", problems));
    }
    return URI.create(uri);
  }

  private GuardedHttp.Response get(URI uri, long offset) throws StoreException {
    var headers = new HashMap<>(Map.of("accept", "*/*", "user-agent", "Fanfold"));
    // A range of packed bytes could not be unpacked.
    headers.put("accept-encoding", "identity");
    headers.put("range", "bytes=%d-%d".formatted(offset, offset + RANGE_BYTES - 1));
    try {
      return http.exchange(
          new GuardedHttp.Request("GET", uri, headers, new byte[0], deadline, MAX_WHOLE_BYTES));
    } catch (RefusedAddressException e) {
      throw StoreException.permanent(Kind.ACCESS_DENIED, e.getMessage(), e);
    } catch (DeadlineExceededException e) {
      throw StoreException.passing(
          Kind.TIMEOUT, "not answered within " + deadline.toMillis() + " ms", e);
    } catch (IOException e) {
      throw StoreException.passing(
          Kind.UNREADABLE,
          "no answer from %s: %s".formatted(uri.getHost(), e.getClass().getSimpleName()),
          e);
    }
  }

  private static Piece piece(GuardedHttp.Response response, long offset) throws StoreException {
    Map<String, String> headers = response.headers();
    int status = response.status();
    Matcher end = NO_RANGE.matcher(headers.getOrDefault("content-range", ""));
    if (status == 416 && end.matches()) {
      Long length = Long.valueOf(end.group(1));
      return new Piece(new byte[0], version(headers, length), length);
    }
    if (status / 100 != 2) {
      throw failure(status);
    }
    if (!headers.getOrDefault("content-encoding", "identity").equalsIgnoreCase("identity")) {
      throw StoreException.permanent(Kind.UNREADABLE, "the server sends it packed");
    }
    return status == 206 ? range(response, offset) : whole(response, offset);
  }

  private static Piece range(GuardedHttp.Response response, long offset) throws StoreException {
    Matcher range = CONTENT_RANGE.matcher(response.headers().getOrDefault("content-range", ""));
    if (!range.matches() || Long.parseLong(range.group(1)) != offset || response.truncated()) {
      throw StoreException.permanent(Kind.UNREADABLE, "the server sends another range than asked");
    }
    Long length = range.group(3).equals("*") ? null : Long.valueOf(range.group(3));
    return new Piece(response.body(), version(response.headers(), length), length);
  }

  private static Piece whole(GuardedHttp.Response response, long offset) throws StoreException {
    if (response.truncated()) {
      throw StoreException.permanent(
          Kind.UNREADABLE,
          "longer than %d bytes, and the server does not send ranges".formatted(MAX_WHOLE_BYTES));
    }
    byte[] body = response.body();
    int from = (int) Math.min(offset, body.length);
    byte[] rest = Arrays.copyOfRange(body, from, body.length);
    long length = body.length;
    return new Piece(rest, version(response.headers(), length), length);
  }

  private static String version(Map<String, String> headers, Long length) {
    String tag = headers.get("etag");
    if (tag != null) {
      return tag;
    }
    String modified = headers.get("last-modified");
    return (modified == null ? "" : modified) + "/" + length;
  }

  private static StoreException failure(int status) {
    String message = "the server answered " + status;
    if (status == 404 || status == 410) {
      return StoreException.permanent(Kind.NOT_FOUND, message);
    }
    if (status == 401 || status == 403) {
      return StoreException.permanent(Kind.ACCESS_DENIED, message);
    }
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      return StoreException.passing(Kind.UNREADABLE, message, null);
    }
    return StoreException.permanent(Kind.UNREADABLE, message);
  }

  private static StoreException readOnly() {
    return StoreException.permanent(Kind.INVALID, "nothing is written over http");
  }

  /** One range after the other; it ends with the first empty one. */
  private final class Ranges extends InputStream {

    private final String uri;
    private final String version;
    private final Long length;
    private byte[] bytes;
    private long start;
    private int at;

    Ranges(String uri, long offset, Piece first) {
      this.uri = uri;
      this.version = first.version();
      this.length = first.length();
      this.bytes = first.bytes();
      this.start = offset;
    }

    @Override
    public int read() throws IOException {
      return fill() ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int n = Math.min(count, bytes.length - at);
      System.arraycopy(bytes, at, into, offset, n);
      at += n;
      return n;
    }

    private boolean fill() throws IOException {
      if (at < bytes.length) {
        return true;
      }
      long next = start + at;
      if (bytes.length == 0 || length != null && next >= length) {
        return false;
      }
      Piece piece = fetch(uri, next);
      if (!Objects.equals(piece.version(), version)) {
        // Opening it again tells what it is now.
        throw new IOException("the object changed while it was read");
      }
      start = next;
      bytes = piece.bytes();
      at = 0;
      return bytes.length > 0;
    }
  }
}
