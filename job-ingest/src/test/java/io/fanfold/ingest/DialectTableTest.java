package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.ingest.dialect.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The table of docs/dialects/README.md and the routes say the same: a row {@code | `METHOD /path` |
 * yes | ... |} under a dialect's heading for each route, and no other.
 */
final class DialectTableTest {

  private static final Pattern ROW =
      Pattern.compile(
          "\\| `((?:GET|POST|PUT|PATCH|DELETE) /[^`?]*)[^`]*` \\| (yes|partly|no) \\|.*");

  static final java.util.List<String> DIALECTS = Dialects.NAMES;

  @ParameterizedTest
  @FieldSource("DIALECTS")
  void a_row_for_each_route_and_a_route_for_each_row(String name) throws IOException {
    var documented = new TreeSet<String>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("..", "docs", "dialects", "README.md"))) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + name);
      }
      Matcher row = ROW.matcher(line);
      if (inside && row.matches() && !row.group(2).equals("no")) {
        documented.add(row.group(1).strip());
      }
    }
    var routes = new TreeSet<String>();
    DialectSamples.dialect(name).routes().stream().map(Route::name).forEach(routes::add);

    assertThat(documented).isEqualTo(routes);
  }
}
