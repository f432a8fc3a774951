package io.fanfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookKeyTest {

  @TempDir private Path directory;

  @Test
  void a_key_is_made_once_and_only_its_owner_may_read_it() throws Exception {
    Path file = directory.resolve("webhook.key");

    String key = WebhookKey.in(file);

    assertThat(Base64.getDecoder().decode(key)).hasSize(32);
    assertThat(WebhookKey.in(file)).isEqualTo(key);
    assertThat(WebhookKey.in(directory.resolve("other.key"))).isNotEqualTo(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
