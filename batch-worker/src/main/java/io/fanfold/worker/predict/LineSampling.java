package io.fanfold.worker.predict;

/** Lays a slanted rectangle of a picture straight. */
final class LineSampling {
  private static final float SHARPNESS = -0.75f;

  private LineSampling() {}

  /** Red, green, blue of every pixel, 0..255, row by row; beyond the picture its edge goes on. */
  static float[] sample(Picture picture, Quad from, int width, int height) {
    // Shrinking looks at several points per pixel, or thin strokes would be missed.
    int points = (int) Math.max(1, Math.min(8, Math.round(from.height() / height)));
    double originX = from.topLeft().x();
    double originY = from.topLeft().y();
    double rightX = (from.topRight().x() - originX) / (width * points);
    double rightY = (from.topRight().y() - originY) / (width * points);
    double downX = (from.bottomLeft().x() - originX) / (height * points);
    double downY = (from.bottomLeft().y() - originY) / (height * points);
    float[] result = new float[width * height * 3];
    float share = 1f / (points * points);
    for (int row = 0; row < height * points; row++) {
      for (int column = 0; column < width * points; column++) {
        double x = originX + (column + 0.5) * rightX + (row + 0.5) * downX - 0.5;
        double y = originY + (column + 0.5) * rightY + (row + 0.5) * downY - 0.5;
        add(picture, x, y, share, result, (row / points * width + column / points) * 3);
      }
    }
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.max(0, Math.min(255, result[i]));
    }
    return result;
  }

  /** Bicubic, as in training: a softer filter loses the spaces between words. */
  private static void add(
      Picture picture, double x, double y, float share, float[] result, int at) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    for (int row = -1; row <= 2; row++) {
      float rowWeight = share * cubic((float) (y - top - row));
      for (int column = -1; column <= 2; column++) {
        float weight = rowWeight * cubic((float) (x - left - column));
        int pixel =
            picture.rgb(
                Math.max(0, Math.min(picture.width() - 1, left + column)),
                Math.max(0, Math.min(picture.height() - 1, top + row)));
        result[at] += weight * (pixel >> 16 & 0xff);
        result[at + 1] += weight * (pixel >> 8 & 0xff);
        result[at + 2] += weight * (pixel & 0xff);
      }
    }
  }

  private static float cubic(float distance) {
    float d = Math.abs(distance);
    if (d < 1) {
      return ((SHARPNESS + 2) * d - (SHARPNESS + 3)) * d * d + 1;
    }
    return d < 2 ? SHARPNESS * (((d - 5) * d + 8) * d - 4) : 0;
  }
}
