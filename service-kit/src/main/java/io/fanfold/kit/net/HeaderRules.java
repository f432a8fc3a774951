package io.fanfold.kit.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What headers a user may add to requests that we make. Those that say where a request goes, where
 * it ends or who signed it are ours; a line break would let a value become another header.
 */
public final class HeaderRules {

  private static final int MAX_HEADERS = 20;
  private static final int MAX_NAME = 64;
  private static final int MAX_CHARACTERS = 4096;

  /** A token, RFC 9110, section 5.6.2. */
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Set<String> OURS =
      Set.of(
          "connection",
          "expect",
          "host",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent");

  private static final List<String> OUR_FAMILIES = List.of("content-", "proxy-", "webhook-");

  private HeaderRules() {}

  /** What is wrong with them, one message each, no value repeated; empty if nothing. */
  public static List<String> check(Map<String, String> headers) {
    var problems = new ArrayList<String>();
    if (headers.size() > MAX_HEADERS) {
      problems.add("more than " + MAX_HEADERS + " headers");
    }
    int characters = 0;
    var seen = new TreeMap<String, String>();
    for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
      String name = header.getKey();
      characters += name.length() + header.getValue().length();
      if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
        problems.add(
            "a header's name is not 1 to %d letters, digits or hyphens".formatted(MAX_NAME));
        continue;
      }
      String lower = name.toLowerCase(Locale.ROOT);
      if (seen.put(lower, name) != null) {
        problems.add(name + " is there twice");
      }
      if (OURS.contains(lower) || OUR_FAMILIES.stream().anyMatch(lower::startsWith)) {
        problems.add(name + " cannot be set");
      }
      if (!isValue(header.getValue())) {
        problems.add(name + " has a character other than printable ASCII, or a space at an end");
      }
    }
    if (characters > MAX_CHARACTERS) {
      problems.add("longer than " + MAX_CHARACTERS + " characters in all");
    }
    return List.copyOf(problems);
  }

  private static boolean isValue(String value) {
    return value.equals(value.strip()) && value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }
}
