package io.fanfold.kit.store;

import io.fanfold.kit.store.StoreException.Kind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * s3://bucket/key; nothing in a key is an escape.
 *
 * @param bucket its name
 * @param key not empty
 */
record S3Uri(String bucket, String key) {

  private static final String PREFIX = "s3://";
  private static final int MAX_KEY_CHARS = 1024;
  private static final Pattern BUCKET =
      Pattern.compile("(?!.*\\.\\.)[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]");

  static S3Uri parse(String uri) throws StoreException {
    if (!uri.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
      throw invalid("not an s3: URI");
    }
    int slash = uri.indexOf('/', PREFIX.length());
    String bucket = uri.substring(PREFIX.length(), slash < 0 ? uri.length() : slash);
    if (!BUCKET.matcher(bucket).matches()) {
      throw invalid("an s3 URI must be s3:// with the name of a bucket, / and a key");
    }
    String key = slash < 0 ? "" : uri.substring(slash + 1);
    if (key.isEmpty() || key.length() > MAX_KEY_CHARS) {
      throw invalid("the key of an s3 URI must have 1 to " + MAX_KEY_CHARS + " characters");
    }
    return new S3Uri(bucket, key);
  }

  /** The file that stands for it under a directory that stands for a server. */
  Path under(Path root) throws StoreException {
    if (key.endsWith("/") || key.contains("//") || key.startsWith("/")) {
      throw invalid("a key with an empty name in it cannot be a file");
    }
    try {
      return root.resolve(bucket).resolve(key);
    } catch (InvalidPathException e) {
      throw StoreException.permanent(Kind.INVALID, "a key that cannot be a file", e);
    }
  }

  private static StoreException invalid(String message) {
    return StoreException.permanent(Kind.INVALID, message);
  }
}
