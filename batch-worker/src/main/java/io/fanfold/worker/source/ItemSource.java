package io.fanfold.worker.source;

import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.schemas.FailureCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Fetches the bytes an item's URI stands for: {@code http:} and {@code https:} from public
 * addresses, {@code file:} under configured directories, and small {@code data:} URIs.
 *
 * <p>Safe for use by several threads; {@link #read} blocks its caller.
 */
public final class ItemSource {

  private final HttpItems http;
  private final FileItems files;
  private final DataItems data;

  /**
   * What one item may cost.
   *
   * @param maxBytes longest http or file item
   * @param maxDataBytes longest data: item, decoded; such items travel inside Kafka records
   * @param deadline for fetching over http, redirects included
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
   * @param fileRoots directories file: items may lie under; none means no file: items
   */
  public ItemSource(GuardedHttp http, List<Path> fileRoots, Limits limits) {
    this.http = new HttpItems(http, limits.maxBytes(), limits.deadline());
    this.files = new FileItems(fileRoots, limits.maxBytes());
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
    if (hasScheme(uri, "file")) {
      return files.read(uri);
    }
    if (hasScheme(uri, "data")) {
      return data.read(uri);
    }
    throw SourceException.permanent(
        FailureCode.INVALID_ITEM, "an item must be an http, https, file or data URI");
  }

  private static boolean hasScheme(String uri, String scheme) {
    return uri.length() > scheme.length()
        && uri.charAt(scheme.length()) == ':'
        && uri.regionMatches(true, 0, scheme, 0, scheme.length());
  }
}
