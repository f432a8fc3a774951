package io.fanfold.worker;

import io.fanfold.schemas.Item;
import java.util.Locale;

/** What an item is said to be; only types without a signature depend on it. */
final class ClaimedMediaType {

  private ClaimedMediaType() {}

  /** By the item itself, the head of its data: URI, or the end of its name; else null. */
  static String of(Item item) {
    if (item.getMediaType() != null && !item.getMediaType().isBlank()) {
      return withoutParameters(item.getMediaType());
    }
    String uri = item.getUri();
    if (uri.regionMatches(true, 0, "data:", 0, 5)) {
      return ofData(uri);
    }
    String path = uri.substring(0, end(uri)).toLowerCase(Locale.ROOT);
    if (path.endsWith(".json")) {
      return "application/json";
    }
    return path.endsWith(".csv") ? "text/csv" : null;
  }

  private static String ofData(String uri) {
    int comma = uri.indexOf(',');
    String type = comma < 0 ? "" : withoutParameters(uri.substring("data:".length(), comma));
    return type.isEmpty() ? null : type;
  }

  private static String withoutParameters(String mediaType) {
    int parameters = mediaType.indexOf(';');
    return (parameters < 0 ? mediaType : mediaType.substring(0, parameters)).strip();
  }

  /** Where the query or the fragment begins. */
  private static int end(String uri) {
    for (int i = 0; i < uri.length(); i++) {
      if (uri.charAt(i) == '?' || uri.charAt(i) == '#') {
        return i;
      }
    }
    return uri.length();
  }
}
