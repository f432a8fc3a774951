package io.fanfold.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Meters;
import io.fanfold.kit.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages that are made from code say what the code says, and those that are written by hand name
 * only what exists. After a change that is meant, run with {@code -Dapprove=true} and review the
 * difference.
 */
final class DocsAreCurrentTest {

  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s#]+)(?:#[^)]*)?\\)");
  private static final Pattern TEST_NAME = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT))`");

  static Set<String> pages() throws IOException {
    return GeneratedDocs.pages().keySet();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void a_generated_page_is_current(String page) throws IOException {
    Path file = GeneratedDocs.ROOT.resolve(page);
    String now = GeneratedDocs.pages().get(page);
    if (Boolean.getBoolean("approve")) {
      Files.writeString(file, now);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("%s; when the change is meant: %s", page, GeneratedDocs.APPROVE)
        .isEqualTo(now);
  }

  @Test
  void metrics_have_the_names_that_prometheus_sees() {
    try (var telemetry = new Telemetry()) {
      for (Meters meter : Meters.values()) {
        String[] tags = meter.tags().toArray(String[]::new);
        switch (meter.type()) {
          case COUNTER -> telemetry.counter(meter, tags);
          case TIMER -> telemetry.timer(meter, tags);
          case GAUGE -> telemetry.gauge(meter, this, any -> 0);
        }
        assertThat(telemetry.scrape()).contains("\n" + GeneratedDocsMetrics.prometheusName(meter));
      }
    }
  }

  @Test
  void links_between_pages_lead_somewhere() throws IOException {
    for (Path page : writtenPages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains(":")) {
          assertThat(page.resolveSibling(target)).as("a link of %s", page).exists();
        }
      }
    }
  }

  @Test
  void the_tests_that_are_named_as_proof_exist() throws IOException {
    Set<String> tests;
    try (Stream<Path> files = Files.walk(GeneratedDocs.ROOT)) {
      tests =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith("Test.java") || name.endsWith("IT.java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(Collectors.toSet());
    }
    Matcher named =
        TEST_NAME.matcher(Files.readString(GeneratedDocs.ROOT.resolve("ARCHITECTURE.md")));
    var names = new ArrayList<String>();
    while (named.find()) {
      names.add(named.group(1));
    }
    assertThat(names).isNotEmpty().isSubsetOf(tests);
  }

  private static List<Path> writtenPages() throws IOException {
    var pages = new ArrayList<Path>();
    try (Stream<Path> top = Files.list(GeneratedDocs.ROOT);
        Stream<Path> docs = Files.walk(GeneratedDocs.ROOT.resolve("docs"))) {
      Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }
}
