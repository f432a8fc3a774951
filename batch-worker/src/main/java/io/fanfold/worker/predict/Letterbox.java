package io.fanfold.worker.predict;

/**
 * A picture fitted into a square, centred, its shape kept.
 *
 * @param width columns of the square the picture takes
 * @param height rows of the square the picture takes
 */
record Letterbox(int size, int left, int top, int width, int height) {

  static Letterbox of(int pictureWidth, int pictureHeight, int size) {
    double scale = (double) size / Math.max(pictureWidth, pictureHeight);
    int width = Math.max(1, (int) Math.round(pictureWidth * scale));
    int height = Math.max(1, (int) Math.round(pictureHeight * scale));
    return new Letterbox(size, (size - width) / 2, (size - height) / 2, width, height);
  }

  /** Position in the picture, 0..1, of a position in the square, 0..1. */
  float x(float inSquare) {
    return (inSquare * size - left) / width;
  }

  float y(float inSquare) {
    return (inSquare * size - top) / height;
  }
}
