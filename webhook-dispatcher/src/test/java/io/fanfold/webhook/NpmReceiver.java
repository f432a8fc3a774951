package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The npm library that receivers in JavaScript use, in a process of its own: {@code src/test/node},
 * where it installs the library the first time.
 */
final class NpmReceiver {

  private static final Path DIRECTORY = Path.of("src", "test", "node").toAbsolutePath();

  private NpmReceiver() {}

  /**
   * A request as it comes to a receiver.
   *
   * @param secret the one the receiver has
   * @param headers those of the signature
   */
  record Delivery(String secret, Map<String, String> headers, byte[] body) {

    private String line() {
      return new String(
          Json.bytes(
              Map.of(
                  "secret", secret,
                  "id", headers.get("webhook-id"),
                  "timestamp", headers.get("webhook-timestamp"),
                  "signature", headers.get("webhook-signature"),
                  "body", Base64.getEncoder().encodeToString(body))),
          UTF_8);
    }
  }

  /** Skips the test where there is no Node; under CI that fails it. */
  static void require() throws InterruptedException {
    boolean present = runs("node", "--version") && runs("npm", "--version");
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(present, "there is no node and npm");
    }
    assertThat(present).as("node and npm, which CI must have").isTrue();
  }

  /**
   * Which of them the library accepts, in their order.
   *
   * @param work for the files that go between the processes
   */
  static List<Boolean> accepts(Stream<Delivery> deliveries, Path work)
      throws IOException, InterruptedException {
    if (!Files.exists(DIRECTORY.resolve("node_modules"))) {
      run(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    }
    Path in = work.resolve("deliveries");
    Files.write(in, deliveries.map(Delivery::line).toList());
    return run(work, in, "node", "receiver.js").stream()
        .map(
            answer -> {
              assertThat(answer).isIn("accepted", "refused");
              return answer.equals("accepted");
            })
        .toList();
  }

  private static List<String> run(Path work, String... command)
      throws IOException, InterruptedException {
    return run(work, null, command);
  }

  private static List<String> run(Path work, Path in, String... command)
      throws IOException, InterruptedException {
    Path out = work.resolve("out");
    Path err = work.resolve("err");
    var builder =
        new ProcessBuilder(command)
            .directory(DIRECTORY.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    if (in != null) {
      builder.redirectInput(in.toFile());
    }
    int exit = builder.start().waitFor();
    assertThat(exit).as("%s: %s", String.join(" ", command), Files.readString(err)).isZero();
    return Files.readAllLines(out);
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
