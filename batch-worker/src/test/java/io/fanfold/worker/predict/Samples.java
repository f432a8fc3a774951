package io.fanfold.worker.predict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The sample pictures at the root of the project. */
final class Samples {
  static final List<String> JPEGS =
      List.of(
          "astronaut.jpg",
          "camera.jpg",
          "chelsea.jpg",
          "clock_motion.jpg",
          "coffee.jpg",
          "coins.jpg",
          "lower_third.jpg",
          "rocket.jpg",
          "target_cup.jpg");

  private Samples() {}

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(Path.of("..", "samples", name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Content content(String name) {
    return Content.of(bytes(name));
  }
}
