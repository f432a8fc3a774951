package io.fanfold.worker.predict;

import io.fanfold.schemas.FailureCode;

/** How large a picture may claim to be. */
final class PictureLimits {
  static final int MAX_SIDE = 10_000;
  static final long MAX_PIXELS = 40_000_000;

  private PictureLimits() {}

  static void check(PictureFile file) throws PredictionException {
    int width = file.width();
    int height = file.height();
    if (width <= 0 || height <= 0) {
      throw ByteCursor.corrupt("the picture is " + width + " x " + height);
    }
    if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > MAX_PIXELS) {
      throw new PredictionException(
          FailureCode.TOO_LARGE,
          "the picture is %d x %d; the limits are %d a side and %d pixels"
              .formatted(width, height, MAX_SIDE, MAX_PIXELS));
    }
  }
}
