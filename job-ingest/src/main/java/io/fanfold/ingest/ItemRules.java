package io.fanfold.ingest;

import java.util.Locale;
import java.util.Set;

/**
 * What an item may say, whether it came with its job or in a manifest. Run once for each item of
 * each job, so without patterns and streams.
 */
final class ItemRules {

  static final int MAX_URI = 2_048;
  static final int MAX_DATA_URI = 128 * 1024;

  private static final int LONGEST_SCHEME = 5;
  private static final Set<String> SCHEMES = Set.of("file", "http", "https", "s3", "data");

  private ItemRules() {}

  /**
   * What is wrong with the URI of an item, or null.
   *
   * @param maxDataUri the most characters of a data: URI
   */
  static String uriProblem(String uri, int maxDataUri) {
    if (uri.isEmpty()) {
      return "is required";
    }
    int colon = uri.indexOf(':');
    String scheme =
        colon < 0 || colon > LONGEST_SCHEME ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      return "must be a file:, http:, https:, s3: or data: URI";
    }
    int most = scheme.equals("data") ? maxDataUri : MAX_URI;
    if (uri.length() > most) {
      return "must be at most " + most + " characters";
    }
    return TextRules.isText(uri) ? placeProblem(scheme, uri) : "must not have control characters";
  }

  /** What is wrong with the URI of content that is elsewhere, or null. */
  static String placedUriProblem(String uri) {
    return uri.regionMatches(true, 0, "data:", 0, "data:".length())
        ? "must not be a data: URI"
        : uriProblem(uri, MAX_URI);
  }

  /**
   * What is wrong with what follows the scheme, or null.
   *
   * @param scheme in lower case
   */
  static String placeProblem(String scheme, String uri) {
    return switch (scheme) {
      case "file" ->
          uri.startsWith("/", "file:".length())
              ? null
              : "must be absolute, as in file:///data/a.jpg";
      case "s3" ->
          namesObject(uri) ? null : "must name a bucket and a key, as in s3://bucket/a.jpg";
      default -> null;
    };
  }

  private static boolean namesObject(String uri) {
    int bucket = "s3://".length();
    if (!uri.startsWith("//", "s3:".length())) {
      return false;
    }
    for (int i = bucket; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '/') {
        return i > bucket;
      }
      if (c == '?' || c == '#') {
        return false;
      }
    }
    return false;
  }
}
