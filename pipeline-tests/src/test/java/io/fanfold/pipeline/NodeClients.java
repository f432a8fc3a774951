package io.fanfold.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The npm clients that dialects are made for, unmodified: scripts in {@code src/test/node}, each a
 * story that fails by a thrown assertion. The packages are installed the first time.
 */
final class NodeClients {

  private static final Path DIRECTORY = Path.of("src", "test", "node").toAbsolutePath();

  private NodeClients() {}

  /** Skips the test where there is no Node; under CI that fails it. */
  static void require() throws InterruptedException {
    boolean present = runs("node", "--version") && runs("npm", "--version");
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(present, "there is no node and npm");
    }
    assertThat(present).as("node and npm, which CI must have").isTrue();
  }

  /**
   * Runs a script to its end.
   *
   * @param environment what it is told, as in {@code FANFOLD_URL}
   * @return what it printed
   */
  static String run(String script, Map<String, String> environment)
      throws IOException, InterruptedException {
    if (!Files.exists(DIRECTORY.resolve("node_modules"))) {
      run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), Map.of());
    }
    return run(List.of("node", script), environment);
  }

  private static String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("node-", ".log");
    try {
      var builder =
          new ProcessBuilder(new ArrayList<>(command))
              .directory(DIRECTORY.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(180, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String printed = Files.readString(output, UTF_8);
      assertThat(ended).as("%s ended in time; it printed%n%s", command, printed).isTrue();
      assertThat(process.exitValue()).as("%s printed%n%s", command, printed).isZero();
      return printed;
    } finally {
      Files.delete(output);
    }
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
