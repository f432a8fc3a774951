package io.fanfold.standalone.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns what was named on the command line into item URIs. */
final class Inputs {
  /** A scheme has two letters at least, so that {@code C:\pictures} is a path. */
  private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.+");

  private final Path directory;
  private final boolean recursive;

  Inputs(Path directory, boolean recursive) {
    this.directory = directory;
    this.recursive = recursive;
  }

  /**
   * Directories stand for their visible files, in the order of their names.
   *
   * @throws InputException naming the one that is no file, directory or URL
   */
  List<String> uris(List<String> inputs) throws InputException {
    var uris = new ArrayList<String>();
    for (String input : inputs) {
      if (URL.matcher(input).matches()) {
        uris.add(input);
      } else {
        addPath(input, uris);
      }
    }
    return uris;
  }

  /**
   * The URI of one file, which need not be here when it is one already.
   *
   * @throws InputException if it is neither a URI nor a file
   */
  String file(String input) throws InputException {
    List<String> uris = uris(List.of(input));
    if (uris.size() != 1 || !URL.matcher(input).matches() && !isFile(input)) {
      throw new InputException("not a file: " + input);
    }
    return uris.get(0);
  }

  private boolean isFile(String input) {
    return Files.isRegularFile(directory.resolve(input));
  }

  private void addPath(String input, List<String> uris) throws InputException {
    Path path;
    try {
      path = directory.resolve(input).normalize();
    } catch (InvalidPathException e) {
      throw new InputException("not a path: " + input);
    }
    if (Files.isDirectory(path)) {
      List<Path> files = filesIn(path);
      if (files.isEmpty()) {
        throw new InputException("no files in " + input + (recursive ? "" : " (--recursive?)"));
      }
      files.forEach(file -> uris.add(file.toUri().toString()));
    } else if (Files.isRegularFile(path)) {
      uris.add(path.toUri().toString());
    } else {
      throw new InputException("no such file, directory or URL: " + input);
    }
  }

  private List<Path> filesIn(Path root) throws InputException {
    try (Stream<Path> found = Files.walk(root, recursive ? Integer.MAX_VALUE : 1)) {
      return found
          .filter(file -> Files.isRegularFile(file) && isVisible(root, file))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("cannot list " + root + ": " + e.getMessage());
    }
  }

  private static boolean isVisible(Path root, Path file) {
    for (Path name : root.relativize(file)) {
      if (name.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  /** An input that leads to no items. */
  static final class InputException extends Exception {
    private static final long serialVersionUID = 1L;

    InputException(String message) {
      super(message);
    }
  }
}
