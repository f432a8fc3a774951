package io.fanfold.worker.source;

import io.fanfold.kit.net.AddressGuard;
import io.fanfold.kit.net.DeadlineExceededException;
import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.net.RefusedAddressException;
import io.fanfold.kit.net.UrlRules;
import io.fanfold.schemas.FailureCode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Items behind http and https. */
final class HttpItems {

  private static final int MAX_REDIRECTS = 3;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Map<String, String> HEADERS =
      Map.of("accept", "*/*", "user-agent", "Fanfold");

  // Only the form is checked by these; the addresses are the guard's, which GuardedHttp holds.
  private final UrlRules rules = UrlRules.items(AddressGuard.publicOnly());
  private final GuardedHttp http;
  private final int maxBytes;
  private final Duration deadline;

  HttpItems(GuardedHttp http, int maxBytes, Duration deadline) {
    this.http = http;
    this.maxBytes = maxBytes;
    this.deadline = deadline;
  }

  byte[] read(String uri) throws SourceException {
    long end = System.nanoTime() + deadline.toNanos();
    URI next = checked(uri);
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      GuardedHttp.Response response = get(next, end);
      if (!REDIRECTS.contains(response.status())) {
        return body(response);
      }
      next = redirected(next, response.headers().get("location"));
    }
    throw SourceException.permanent(
        FailureCode.DOWNLOAD_FAILED, "more than " + MAX_REDIRECTS + " redirects");
  }

  private URI checked(String uri) throws SourceException {
    List<String> problems = rules.checkForm(uri);
    if (!problems.isEmpty()) {
      throw SourceException.permanent(
          FailureCode.INVALID_ITEM, "the item's URL: " + String.join("; ", problems));
    }
    return URI.create(uri);
  }

  private URI redirected(URI from, String location) throws SourceException {
    if (location == null) {
      throw SourceException.permanent(
          FailureCode.DOWNLOAD_FAILED, "redirected, but not said where to");
    }
    try {
      return checked(from.resolve(location).toString());
    } catch (IllegalArgumentException e) {
      throw SourceException.permanent(
          FailureCode.DOWNLOAD_FAILED, "redirected to something that is no URL", e);
    } catch (SourceException e) {
      throw SourceException.permanent(
          FailureCode.ACCESS_DENIED, "redirected to where items may not be: " + e.getMessage(), e);
    }
  }

  private GuardedHttp.Response get(URI uri, long end) throws SourceException {
    long remaining = end - System.nanoTime();
    if (remaining <= 0) {
      throw timeout(null);
    }
    try {
      return http.exchange(
          new GuardedHttp.Request(
              "GET", uri, HEADERS, new byte[0], Duration.ofNanos(remaining), maxBytes));
    } catch (RefusedAddressException e) {
      throw SourceException.permanent(FailureCode.ACCESS_DENIED, e.getMessage(), e);
    } catch (DeadlineExceededException e) {
      throw timeout(e);
    } catch (IOException e) {
      throw SourceException.passing(
          FailureCode.DOWNLOAD_FAILED,
          "no answer from %s: %s".formatted(uri.getHost(), e.getClass().getSimpleName()),
          e);
    }
  }

  private SourceException timeout(IOException cause) {
    return SourceException.passing(
        FailureCode.TIMEOUT, "not downloaded within " + deadline.toMillis() + " ms", cause);
  }

  private byte[] body(GuardedHttp.Response response) throws SourceException {
    int status = response.status();
    if (status / 100 == 2) {
      if (response.truncated()) {
        throw SourceException.permanent(
            FailureCode.TOO_LARGE, "longer than " + maxBytes + " bytes");
      }
      return response.body();
    }
    String message = "the server answered " + status;
    if (status == 404 || status == 410) {
      throw SourceException.permanent(FailureCode.NOT_FOUND, message);
    }
    if (status == 401 || status == 403) {
      throw SourceException.permanent(FailureCode.ACCESS_DENIED, message);
    }
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      throw SourceException.passing(FailureCode.DOWNLOAD_FAILED, message, null);
    }
    throw SourceException.permanent(FailureCode.DOWNLOAD_FAILED, message);
  }
}
