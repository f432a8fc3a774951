package io.fanfold.worker.predict;

import java.util.Objects;

/**
 * A decoded picture, immutable: 8-bit RGB, transparency on white, EXIF orientation not applied.
 * Large pictures are thinned out while decoding, so the grid of pixels may be smaller than the
 * picture is.
 */
public final class Picture {
  private final int[] rgb;
  private final int width;
  private final int height;
  private final int sourceWidth;
  private final int sourceHeight;

  Picture(int[] rgb, int width, int height, int sourceWidth, int sourceHeight) {
    Objects.checkFromIndexSize(0, width * height, rgb.length);
    this.rgb = rgb;
    this.width = width;
    this.height = height;
    this.sourceWidth = sourceWidth;
    this.sourceHeight = sourceHeight;
  }

  /** Columns of pixels kept. */
  public int width() {
    return width;
  }

  /** Rows of pixels kept. */
  public int height() {
    return height;
  }

  /** Width of the picture in the file, in pixels. */
  public int sourceWidth() {
    return sourceWidth;
  }

  /** Height of the picture in the file, in pixels. */
  public int sourceHeight() {
    return sourceHeight;
  }

  /** The pixel at a column and row of the kept grid, as 0xRRGGBB. */
  public int rgb(int x, int y) {
    return rgb[Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width)];
  }

  /**
   * The whole picture stretched to a size, smoothly.
   *
   * @return red, green, blue of every pixel, 0..255, row by row: {@code width * height * 3} numbers
   */
  public float[] stretched(int width, int height) {
    return stretched(0, 0, this.width, this.height, width, height);
  }

  /** A part of the picture, in pixels of the kept grid, stretched to a size. */
  float[] stretched(double left, double top, double right, double bottom, int width, int height) {
    return Resampling.stretch(
        rgb, this.width, this.height, left, top, right, bottom, width, height);
  }
}
