package io.fanfold.worker.predict;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Samples of any kind to 8-bit RGB on white. Samples are taken as they are: colour profiles would
 * change what models were trained on, and Java's own grey is brighter than anyone else's.
 */
final class PixelConversion {
  private static final int WHITE = 255;

  private PixelConversion() {}

  static Picture fromImage(BufferedImage image, PictureFile file) throws PredictionException {
    PictureDecoder.checkSize(image.getRaster(), file);
    ColorModel colors = image.getColorModel();
    int width = image.getWidth();
    int height = image.getHeight();
    int[] rgb = new int[width * height];
    if (colors instanceof ComponentColorModel && colors.getTransferType() <= 1) {
      Raster raster = image.getRaster();
      int bands = raster.getNumBands();
      int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
      int[] row = new int[width * bands];
      for (int y = 0; y < height; y++) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
        for (int x = 0, i = 0; x < width; x++, i += bands) {
          int red = row[i] >> shift;
          int green = bands > 2 ? row[i + 1] >> shift : red;
          int blue = bands > 2 ? row[i + 2] >> shift : red;
          int alpha = bands % 2 == 0 ? row[i + bands - 1] >> shift : WHITE;
          rgb[y * width + x] = onWhite(red, green, blue, alpha);
        }
      }
    } else if (colors instanceof IndexColorModel indexed) {
      int[] palette = new int[indexed.getMapSize()];
      for (int i = 0; i < palette.length; i++) {
        palette[i] = onWhite(indexed.getRGB(i));
      }
      int[] row = new int[width];
      Raster raster = image.getRaster();
      for (int y = 0; y < height; y++) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
        for (int x = 0; x < width; x++) {
          rgb[y * width + x] = row[x] < palette.length ? palette[row[x]] : 0;
        }
      }
    } else {
      for (int y = 0; y < height; y++) {
        image.getRGB(0, y, width, 1, rgb, y * width, width);
        for (int i = y * width; i < (y + 1) * width; i++) {
          rgb[i] = onWhite(rgb[i]);
        }
      }
    }
    return new Picture(rgb, width, height, file.width(), file.height());
  }

  static Picture fromCmyk(Raster raster, PictureFile file) throws PredictionException {
    PictureDecoder.checkSize(raster, file);
    int width = raster.getWidth();
    int height = raster.getHeight();
    int[] rgb = new int[width * height];
    int[] row = new int[width * 4];
    // Adobe writes ink as what is left of the paper; everyone else as ink.
    boolean inverted = file.adobeTransform() >= 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0, i = 0; x < width; x++, i += 4) {
        int c = row[i];
        int m = row[i + 1];
        int ye = row[i + 2];
        int k = row[i + 3];
        if (file.adobeTransform() == 2) {
          double cb = m - 128.0;
          double cr = ye - 128.0;
          double luma = c;
          c = 255 - clamp(luma + 1.402 * cr);
          m = 255 - clamp(luma - 0.344136 * cb - 0.714136 * cr);
          ye = 255 - clamp(luma + 1.772 * cb);
        }
        if (!inverted) {
          c = 255 - c;
          m = 255 - m;
          ye = 255 - ye;
          k = 255 - k;
        }
        rgb[y * width + x] = c * k / 255 << 16 | m * k / 255 << 8 | ye * k / 255;
      }
    }
    return new Picture(rgb, width, height, file.width(), file.height());
  }

  private static int clamp(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }

  private static int onWhite(int argb) {
    return onWhite(argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, argb >>> 24);
  }

  private static int onWhite(int red, int green, int blue, int alpha) {
    if (alpha != 255) {
      int rest = WHITE * (255 - alpha);
      red = (red * alpha + rest) / 255;
      green = (green * alpha + rest) / 255;
      blue = (blue * alpha + rest) / 255;
    }
    return red << 16 | green << 8 | blue;
  }
}
