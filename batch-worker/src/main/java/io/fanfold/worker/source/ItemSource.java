package io.fanfold.worker.source;

import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.ObjectStore;
import io.fanfold.schemas.FailureCode;
import java.time.Duration;

/**
 * Fetches the bytes an item's URI stands for: {@code http:} and {@code https:} from public
 * addresses, {@code file:} under configured directories, {@code s3:}, and small {@code data:} URIs.
 *
 * <p>Safe for use by several threads; {@link #read} blocks its caller.
 */
public final class ItemSource {

  private final HttpItems http;
  private final StoredItems stored;
  private final DataItems data;

  /**
   * What one item may cost.
   *
   * @param maxBytes longest item that is not inside its URI
   * @param maxDataBytes longest data: item, decoded; such items travel inside Kafka records
   * @param deadline for fetching, redirects included
   */
  public record Limits(int maxBytes, int maxDataBytes, Duration deadline) {

    /** 15 MiB, 1 MiB for data: URIs, 30 seconds. */
    public static final Limits DEFAULT =
        new Limits(15 * 1024 * 1024, 1024 * 1024, Duration.ofSeconds(30));

    public Limits {
      if (maxBytes < 1 || maxDataBytes < 1 || deadline.isZero() || deadline.isNegative()) {
        throw new IllegalArgumentException("limits must be positive");
      }
    }
  }

  /**
   * @param http used for http and https; its guard decides what may be reached
   * @param store used for file and s3; it decides where files may lie
   */
  public ItemSource(GuardedHttp http, ObjectStore store, Limits limits) {
    // In one exchange and not in ranges, as many servers of pictures do not know those.
    this.http = new HttpItems(http, limits.maxBytes(), limits.deadline());
    this.stored = new StoredItems(store, limits.maxBytes(), limits.deadline());
    this.data = new DataItems(limits.maxDataBytes());
  }

  /**
   * The item's bytes, at least none and at most the limit.
   *
   * @throws SourceException when they cannot be had; it says why and whether to try again. Its
   *     message never holds the URI's query, where signed URLs carry their secret.
   */
  public byte[] read(String uri) throws SourceException {
    if (hasScheme(uri, "http") || hasScheme(uri, "https")) {
      return http.read(uri);
    }
    if (hasScheme(uri, "file") || hasScheme(uri, "s3")) {
      return stored.read(uri);
    }
    if (hasScheme(uri, "data")) {
      return data.read(uri);
    }
    throw SourceException.permanent(
        FailureCode.INVALID_ITEM, "an item must be an http, https, file, s3 or data URI");
  }

  private static boolean hasScheme(String uri, String scheme) {
    return uri.length() > scheme.length()
        && uri.charAt(scheme.length()) == ':'
        && uri.regionMatches(true, 0, scheme, 0, scheme.length());
  }
}
