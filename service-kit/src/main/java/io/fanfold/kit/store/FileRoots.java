package io.fanfold.kit.store;

import io.fanfold.kit.store.StoreException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;

/** The directories that file: URIs may lie under, whichever way the path is put. */
final class FileRoots {

  // No honest path needs its dots or separators escaped.
  private static final Pattern DISGUISED = Pattern.compile("(?i)%(2e|2f|5c|00)|\\\\");

  private final List<Path> roots;

  /**
   * @throws UncheckedIOException when a root is no directory
   */
  FileRoots(List<Path> roots) {
    this.roots = roots.stream().map(FileRoots::real).toList();
  }

  /** The directories, links resolved. */
  List<Path> roots() {
    return roots;
  }

  /** The path a file: URI stands for, under a root as far as its text goes. */
  Path path(String uri) throws StoreException {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException e) {
      throw StoreException.permanent(Kind.INVALID, "not a file URI: " + e.getReason(), e);
    }
    if (parsed.getRawAuthority() != null) {
      throw StoreException.permanent(Kind.ACCESS_DENIED, "a file URI must not name a host");
    }
    if (parsed.isOpaque() || parsed.getRawQuery() != null || parsed.getRawFragment() != null) {
      throw StoreException.permanent(Kind.INVALID, "a file URI must be file:/// and a path");
    }
    if (DISGUISED.matcher(parsed.getRawPath()).find()) {
      throw denied();
    }
    try {
      return checked(Path.of(parsed.getPath()));
    } catch (InvalidPathException e) {
      throw StoreException.permanent(Kind.INVALID, "not a path", e);
    }
  }

  /** The path itself if it is under a root as far as its text goes. */
  Path checked(Path path) throws StoreException {
    // On the text first: outside the roots nobody learns what exists.
    if (!path.equals(path.normalize()) || !underRoot(path)) {
      throw denied();
    }
    return path;
  }

  /** The regular file at a checked path, links resolved and still under a root. */
  Path existing(Path path) throws StoreException {
    try {
      Path real = path.toRealPath();
      if (!underRoot(real)) {
        throw denied();
      }
      var attributes =
          Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        // Opening a pipe would wait for a writer.
        throw StoreException.permanent(Kind.INVALID, "not a regular file");
      }
      return real;
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** A checked path whose directory is there afterwards, links in it resolved and under a root. */
  Path writable(Path path) throws StoreException {
    Path directory = path.getParent();
    Path name = path.getFileName();
    if (directory == null || name == null || roots.contains(path)) {
      throw StoreException.permanent(Kind.INVALID, "not the path of a file");
    }
    try {
      // A link on the way must not lead a new directory out of the roots.
      Path there = directory;
      while (!Files.exists(there)) {
        there = there.getParent();
      }
      if (!underRoot(there.toRealPath())) {
        throw denied();
      }
      Path real = Files.createDirectories(directory).toRealPath();
      if (!underRoot(real)) {
        throw denied();
      }
      return real.resolve(name);
    } catch (StoreException e) {
      throw e;
    } catch (AccessDeniedException e) {
      throw unreadable(e);
    } catch (IOException e) {
      throw StoreException.passing(Kind.UNREADABLE, "the directory cannot be made", e);
    }
  }

  static StoreException failure(Path path, IOException e) {
    if (e instanceof NoSuchFileException) {
      return missing(e);
    }
    if (e instanceof AccessDeniedException) {
      return unreadable(e);
    }
    if (e instanceof FileSystemLoopException || !Files.exists(path)) {
      // A path through a plain file, or a name longer than names can be.
      return missing(e);
    }
    return StoreException.passing(Kind.UNREADABLE, "the file cannot be read", e);
  }

  private boolean underRoot(Path path) {
    return path.isAbsolute() && roots.stream().anyMatch(path::startsWith);
  }

  private static Path real(Path root) {
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("no such directory for file: URIs: " + root, e);
    }
  }

  private static StoreException denied() {
    return StoreException.permanent(
        Kind.ACCESS_DENIED, "not under a directory that file: URIs may lie in");
  }

  private static StoreException missing(IOException cause) {
    return StoreException.permanent(Kind.NOT_FOUND, "no such file", cause);
  }

  private static StoreException unreadable(IOException cause) {
    return StoreException.permanent(
        Kind.ACCESS_DENIED, "the file system does not let the service do this", cause);
  }
}
