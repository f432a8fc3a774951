package io.fanfold.worker.predict;

/** Stretches pixels with a triangle filter that widens when shrinking, so nothing is skipped. */
final class Resampling {
  private Resampling() {}

  /** For each output position the first input position and the weights from there on. */
  private record Taps(int[] first, float[][] weights) {
    static Taps of(double from, double to, int inputs, int outputs) {
      double scale = (to - from) / outputs;
      double support = Math.max(1, scale);
      int[] first = new int[outputs];
      float[][] weights = new float[outputs][];
      for (int i = 0; i < outputs; i++) {
        double center = from + (i + 0.5) * scale;
        int low = clamp((int) Math.floor(center - support), inputs);
        int high = clamp((int) Math.ceil(center + support) - 1, inputs);
        float[] taps = new float[high - low + 1];
        float sum = 0;
        for (int j = low; j <= high; j++) {
          taps[j - low] = (float) Math.max(0, 1 - Math.abs(j + 0.5 - center) / support);
          sum += taps[j - low];
        }
        if (sum == 0) {
          taps[0] = 1;
          sum = 1;
        }
        for (int j = 0; j < taps.length; j++) {
          taps[j] /= sum;
        }
        first[i] = low;
        weights[i] = taps;
      }
      return new Taps(first, weights);
    }

    private static int clamp(int position, int inputs) {
      return Math.max(0, Math.min(inputs - 1, position));
    }
  }

  static float[] stretch(
      int[] rgb,
      int width,
      int height,
      double left,
      double top,
      double right,
      double bottom,
      int toWidth,
      int toHeight) {
    Taps columns = Taps.of(left, right, width, toWidth);
    Taps rows = Taps.of(top, bottom, height, toHeight);
    float[] result = new float[toWidth * toHeight * 3];
    // Rows repeat among neighbours only, so a ring of narrowed rows is all that is kept.
    int ringSize = 1;
    for (float[] weights : rows.weights()) {
      ringSize = Math.max(ringSize, weights.length);
    }
    float[][] ring = new float[ringSize][toWidth * 3];
    int narrowed = -1;
    for (int y = 0; y < toHeight; y++) {
      int first = rows.first()[y];
      float[] weights = rows.weights()[y];
      for (int row = Math.max(narrowed + 1, first); row < first + weights.length; row++) {
        narrow(rgb, row * width, columns, ring[row % ringSize]);
        narrowed = row;
      }
      int at = y * toWidth * 3;
      for (int tap = 0; tap < weights.length; tap++) {
        float weight = weights[tap];
        float[] source = ring[(first + tap) % ringSize];
        for (int i = 0; i < source.length; i++) {
          result[at + i] += weight * source[i];
        }
      }
    }
    return result;
  }

  private static void narrow(int[] rgb, int offset, Taps columns, float[] row) {
    for (int x = 0; x < columns.first().length; x++) {
      int at = offset + columns.first()[x];
      float red = 0;
      float green = 0;
      float blue = 0;
      for (float weight : columns.weights()[x]) {
        int pixel = rgb[at++];
        red += weight * (pixel >> 16 & 0xff);
        green += weight * (pixel >> 8 & 0xff);
        blue += weight * (pixel & 0xff);
      }
      row[x * 3] = red;
      row[x * 3 + 1] = green;
      row[x * 3 + 2] = blue;
    }
  }
}
