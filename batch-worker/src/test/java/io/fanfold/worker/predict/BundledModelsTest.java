package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class BundledModelsTest {

  @ParameterizedTest
  @MethodSource("sums")
  void every_model_is_the_one_that_was_reviewed(String line) throws Exception {
    String[] sumAndName = line.split(" {2}");

    assertThat(sha256("models/" + sumAndName[1])).isEqualTo(sumAndName[0]);
  }

  @ParameterizedTest
  @EnumSource(OnnxModel.Resource.class)
  void every_model_in_use_has_a_sum(OnnxModel.Resource resource) throws IOException {
    String name = resource.path().substring("models/".length());

    assertThat(sums()).anyMatch(line -> line.endsWith("  " + name));
  }

  static List<String> sums() throws IOException {
    return new String(read("models/SHA256SUMS"), StandardCharsets.UTF_8).lines().toList();
  }

  private static String sha256(String path) throws IOException, GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(read(path)));
  }

  private static byte[] read(String path) throws IOException {
    try (InputStream in = BundledModelsTest.class.getClassLoader().getResourceAsStream(path)) {
      assertThat(in).as(path).isNotNull();
      return in.readAllBytes();
    }
  }
}
