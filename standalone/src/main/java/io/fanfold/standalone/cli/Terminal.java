package io.fanfold.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the command has around it: where results and remarks go, whether a person watches, the
 * environment and the current directory.
 *
 * @param out results, and nothing else
 * @param err remarks, progress and errors
 * @param interactive whether lines may be redrawn
 */
record Terminal(
    PrintStream out,
    PrintStream err,
    boolean interactive,
    Map<String, String> environment,
    Path directory) {

  static Terminal ofProcess() {
    var environment = System.getenv();
    return new Terminal(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        System.console() != null && !"dumb".equals(environment.getOrDefault("TERM", "dumb")),
        environment,
        Path.of("").toAbsolutePath());
  }

  void line(String text) {
    out.println(printable(text));
  }

  void json(JsonNode json) {
    out.println(json);
  }

  /** A remark for the person, not part of the result. */
  void note(String text) {
    err.println(printable(text));
  }

  void error(String text) {
    err.println("fanfold: " + printable(text));
  }

  /** Text from jobs and pictures must not be able to steer the terminal. */
  private static String printable(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) && c != '\n' ? '\uFFFD' : c));
    return clean.toString();
  }

  /** JSON and recognised text are UTF-8 whatever the locale says. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
