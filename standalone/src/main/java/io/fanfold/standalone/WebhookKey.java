package io.fanfold.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The key that seals the secrets of webhook endpoints: a file that only its owner may read. */
final class WebhookKey {

  private static final int KEY_BYTES = 32;

  private WebhookKey() {}

  /**
   * The key in the file, which is made if need be: base64 of 32 bytes.
   *
   * @throws UncheckedIOException when it can be neither read nor made
   */
  static String in(Path file) {
    try {
      if (!Files.exists(file)) {
        make(file);
      }
      return Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the webhook key cannot be read or made: " + file, e);
    }
  }

  private static void make(Path file) throws IOException {
    var key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    // Nobody else may read it, not even for the moment until it is written.
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    try (var out =
        posix
            ? Files.newByteChannel(
                draft,
                options,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : Files.newByteChannel(draft, options)) {
      out.write(StandardCharsets.US_ASCII.encode(Base64.getEncoder().encodeToString(key) + "\n"));
    }
    Files.move(draft, file);
  }
}
