package io.fanfold.worker.predict;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * When two texts are the same tag: case, spaces and dashes do not count, since people write them as
 * they like and readers of pictures lose them.
 */
final class TagText {

  private TagText() {}

  /** Equal for texts that are the same tag; empty for what is none. */
  static String key(String text) {
    return String.join("", segments(text));
  }

  /**
   * The keys of a tag with its first or its last segment left out, as when 21-PT-1019 is written
   * PT-1019 on the thing itself. What is left has two segments at least: a single one, as the 101
   * of PUMP-101, would be found everywhere.
   */
  static Set<String> partialKeys(String tag) {
    List<String> segments = segments(tag);
    var keys = new LinkedHashSet<String>();
    if (segments.size() > 2) {
      keys.add(String.join("", segments.subList(1, segments.size())));
      keys.add(String.join("", segments.subList(0, segments.size() - 1)));
    }
    return keys;
  }

  private static List<String> segments(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT);
    var segments = new ArrayList<String>();
    var segment = new StringBuilder();
    plain
        .codePoints()
        .forEach(
            c -> {
              if (!separates(c)) {
                segment.appendCodePoint(c);
              } else if (!segment.isEmpty()) {
                segments.add(segment.toString());
                segment.setLength(0);
              }
            });
    if (!segment.isEmpty()) {
      segments.add(segment.toString());
    }
    return segments;
  }

  // The minus sign is no dash to Unicode, but to everybody else.
  private static boolean separates(int c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.getType(c) == Character.DASH_PUNCTUATION
        || c == '\u2212';
  }
}
