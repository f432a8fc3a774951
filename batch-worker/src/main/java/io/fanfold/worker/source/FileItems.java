package io.fanfold.worker.source;

import io.fanfold.schemas.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;

/** Items in files, only under the configured directories, whichever way the path is put. */
final class FileItems {

  // No honest path needs its dots or separators escaped.
  private static final Pattern DISGUISED = Pattern.compile("(?i)%(2e|2f|5c|00)|\\\\");

  private final List<Path> roots;
  private final int maxBytes;

  FileItems(List<Path> roots, int maxBytes) {
    this.roots = roots.stream().map(FileItems::real).toList();
    this.maxBytes = maxBytes;
  }

  byte[] read(String uri) throws SourceException {
    Path path = path(uri);
    // On the text first: outside the roots nobody learns what exists.
    if (!underRoot(path)) {
      throw denied();
    }
    try {
      Path real = path.toRealPath();
      if (!underRoot(real)) {
        throw denied();
      }
      return bytes(real);
    } catch (NoSuchFileException e) {
      throw missing(e);
    } catch (AccessDeniedException e) {
      throw SourceException.permanent(
          FailureCode.ACCESS_DENIED, "the file may not be read by the worker", e);
    } catch (IOException e) {
      if (!Files.exists(path)) {
        // A path through a plain file, or a name longer than names can be.
        throw missing(e);
      }
      throw SourceException.passing(FailureCode.DOWNLOAD_FAILED, "the file cannot be read", e);
    }
  }

  private Path path(String uri) throws SourceException {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException e) {
      throw SourceException.permanent(
          FailureCode.INVALID_ITEM, "not a file URI: " + e.getReason(), e);
    }
    if (parsed.getRawAuthority() != null) {
      throw SourceException.permanent(FailureCode.ACCESS_DENIED, "a file URI must not name a host");
    }
    if (parsed.isOpaque() || parsed.getRawQuery() != null || parsed.getRawFragment() != null) {
      throw SourceException.permanent(
          FailureCode.INVALID_ITEM, "a file URI must be file:/// and a path");
    }
    if (DISGUISED.matcher(parsed.getRawPath()).find()) {
      throw denied();
    }
    try {
      Path path = Path.of(parsed.getPath());
      if (!path.equals(path.normalize())) {
        throw denied();
      }
      return path;
    } catch (InvalidPathException e) {
      throw SourceException.permanent(FailureCode.INVALID_ITEM, "not a path", e);
    }
  }

  private byte[] bytes(Path real) throws IOException, SourceException {
    var attributes =
        Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      // Opening a pipe would wait for a writer.
      throw SourceException.permanent(FailureCode.INVALID_ITEM, "not a regular file");
    }
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(maxBytes);
      if (in.read() != -1) {
        throw SourceException.permanent(
            FailureCode.TOO_LARGE, "longer than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }

  private boolean underRoot(Path path) {
    return path.isAbsolute() && roots.stream().anyMatch(path::startsWith);
  }

  private static Path real(Path root) {
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("no such directory for file: items: " + root, e);
    }
  }

  private static SourceException denied() {
    return SourceException.permanent(
        FailureCode.ACCESS_DENIED, "not under a directory that file: items may lie in");
  }

  private static SourceException missing(IOException cause) {
    return SourceException.permanent(FailureCode.NOT_FOUND, "no such file", cause);
  }
}
