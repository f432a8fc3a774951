package io.fanfold.kit.store;

import io.fanfold.kit.net.GuardedHttp;
import io.fanfold.kit.store.StoreException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The stores by the scheme of a URI: file, http, https and s3. */
public final class ObjectStores implements ObjectStore, AutoCloseable {

  private final ObjectStore files;
  private final ObjectStore http;
  private final ObjectStore s3;

  /**
   * Which S3.
   *
   * @param endpoint as in http://127.0.0.1:9000; null for Amazon's, or for files with a root
   * @param region as in us-east-1
   * @param accessKey null for the SDK's usual search
   * @param secretKey null without an access key
   * @param pathStyle buckets in paths and not in host names
   * @param root directory whose directories stand for buckets when there is no endpoint, or null
   */
  public record S3Settings(
      String endpoint,
      String region,
      String accessKey,
      String secretKey,
      boolean pathStyle,
      Path root) {

    @Override
    public String toString() {
      return "S3Settings[endpoint=%s, region=%s, root=%s]".formatted(endpoint, region, root);
    }
  }

  /**
   * @param http its guard decides what may be reached
   * @param deadline for one range over http
   * @param fileRoots directories file: URIs may lie under; none means no file: URIs
   */
  public ObjectStores(
      GuardedHttp http, Duration deadline, List<Path> fileRoots, S3Settings settings) {
    this.files = FileStore.under(fileRoots);
    this.http = new HttpStore(http, deadline);
    this.s3 = s3(settings);
  }

  /** The files under these directories alone. */
  public static ObjectStore files(List<Path> roots) {
    return FileStore.under(roots);
  }

  private static ObjectStore s3(S3Settings settings) {
    boolean onFiles = settings.endpoint() == null && settings.root() != null;
    return onFiles ? FileStore.buckets(settings.root()) : new S3Store(settings);
  }

  @Override
  public ObjectContent open(String uri, long offset) throws StoreException {
    return store(uri).open(uri, offset);
  }

  @Override
  public ObjectUpload begin(String uri, String mediaType) throws StoreException {
    return store(uri).begin(uri, mediaType);
  }

  @Override
  public ObjectUpload resume(String uri, ObjectUpload.State state) throws StoreException {
    return store(uri).resume(uri, state);
  }

  @Override
  public void delete(String uri) throws StoreException {
    store(uri).delete(uri);
  }

  @Override
  public void close() {
    if (s3 instanceof S3Store client) {
      client.close();
    }
  }

  private ObjectStore store(String uri) throws StoreException {
    int colon = uri.indexOf(':');
    return switch (uri.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT)) {
      case "file" -> files;
      case "http", "https" -> http;
      case "s3" -> s3;
      default ->
          throw StoreException.permanent(Kind.INVALID, "must be a file:, http:, https: or s3: URI");
    };
  }
}
