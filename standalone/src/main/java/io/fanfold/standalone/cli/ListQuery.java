package io.fanfold.standalone.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a list is narrowed to: as the server is asked, and as a person would type it again. */
final class ListQuery {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private final StringBuilder parameters = new StringBuilder();
  private final List<String> arguments = new ArrayList<>();

  /** Leaves out what was not given. */
  ListQuery add(String option, String parameter, Object value) {
    return value == null ? this : append(parameter, value, option + " " + quoted(value.toString()));
  }

  /** A filter whose option has no value. */
  ListQuery addFlag(String option, String parameter, Object value) {
    return append(parameter, value, option);
  }

  /** A filter whose option names a key, as in {@code --metadata KEY=VALUE}. */
  ListQuery addPair(String option, String prefix, String key, String value) {
    return append(prefix + key, value, option + " " + quoted(key + "=" + value));
  }

  private ListQuery append(String parameter, Object value, String argument) {
    parameters.append('&').append(encoded(parameter)).append('=').append(encoded(value.toString()));
    arguments.add(argument);
    return this;
  }

  boolean isEmpty() {
    return arguments.isEmpty();
  }

  /** For the end of a query string; starts with {@code &} unless it is empty. */
  String parameters() {
    return parameters.toString();
  }

  /** For the end of a command line; starts with a space unless it is empty. */
  String arguments() {
    var line = new StringBuilder();
    arguments.forEach(argument -> line.append(' ').append(argument));
    return line.toString();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
