package io.fanfold.worker.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** With {@code -Dapprove=true}, writes them. */
final class SyntheticSignalsTest {
  private static final Path DIRECTORY = Path.of("..", "samples", "signals");

  @Test
  void the_committed_samples_are_what_is_made_here_byte_for_byte() throws Exception {
    Map<String, String> made = SyntheticSignals.files();
    if (Boolean.getBoolean("approve")) {
      for (Map.Entry<String, String> file : made.entrySet()) {
        Path path = DIRECTORY.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    }

    assertThat(committed()).isEqualTo(made);
    assertThat(made.values().stream().mapToInt(String::length).sum()).isLessThan(400 * 1024);
  }

  private static Map<String, String> committed() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(DIRECTORY)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = DIRECTORY.relativize(path).toString().replace('\\', '/');
        files.put(name, Files.readString(path));
      }
    }
    return files;
  }
}
