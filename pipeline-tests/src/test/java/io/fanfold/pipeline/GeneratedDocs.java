package io.fanfold.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pages under {@code docs} that are made from the code. */
final class GeneratedDocs {

  /** The checkout; tests run in their module's directory. */
  static final Path ROOT = Path.of("..");

  static final String APPROVE =
      "mvn -pl pipeline-tests -am test -Dtest=DocsAreCurrentTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dapprove=true";

  /** Modules with an approved topology, in the order a job flows through them. */
  private static final List<String> APPROVED =
      List.of("job-ingest", "result-aggregator", "webhook-dispatcher");

  private GeneratedDocs() {}

  /** Content by path below the checkout. */
  static Map<String, String> pages() throws IOException {
    var pages = new TreeMap<String, String>();
    pages.put("docs/configuration.md", note() + GeneratedDocsConfiguration.page());
    pages.put("docs/metrics.md", note() + GeneratedDocsMetrics.page());
    pages.put("docs/topics.md", note() + GeneratedDocsTopics.page());
    pages.put("docs/topology.txt", topologies());
    return pages;
  }

  /** A cell of a table: one line, and no bar ends it early. */
  static String cell(String text) {
    return text.replace("|", "\\|").replace('\n', ' ');
  }

  // Modules approve their own; here they are together, for people who read all of them.
  private static String topologies() throws IOException {
    var text = new StringBuilder();
    for (String module : APPROVED) {
      Path resources = ROOT.resolve(module).resolve("src/test/resources");
      text.append("## ").append(module).append("\n\n");
      text.append(Files.readString(resources.resolve("topology.txt")).strip()).append("\n\n");
      Path endpoints = resources.resolve("endpoint-topology.txt");
      if (Files.exists(endpoints)) {
        text.append(Files.readString(endpoints).strip()).append("\n\n");
      }
    }
    return text.toString().strip().replaceAll("\n{3,}", "\n\n") + "\n";
  }

  private static String note() {
    return "<!-- Made from the code; after a change: " + APPROVE + " -->\n\n";
  }
}
