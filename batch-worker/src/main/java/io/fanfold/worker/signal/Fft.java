package io.fanfold.worker.signal;

/** The discrete Fourier transform of frames whose length is a power of two. */
final class Fft {
  private final int length;
  private final double[] cos;
  private final double[] sin;

  Fft(int length) {
    if (length < 2 || Integer.bitCount(length) != 1) {
      throw new IllegalArgumentException("length is " + length + ", must be a power of two");
    }
    this.length = length;
    this.cos = new double[length / 2];
    this.sin = new double[length / 2];
    for (int i = 0; i < length / 2; i++) {
      // Strict, so that a model trained on one machine is the model trained on another.
      cos[i] = StrictMath.cos(2 * Math.PI * i / length);
      sin[i] = StrictMath.sin(2 * Math.PI * i / length);
    }
  }

  int length() {
    return length;
  }

  /** Squared magnitude over the length, of the bins 0 to length / 2. */
  double[] power(double[] frame) {
    double[] re = new double[length];
    double[] im = new double[length];
    int shift = 1 + Integer.numberOfLeadingZeros(length);
    for (int i = 0; i < length; i++) {
      re[Integer.reverse(i) >>> shift] = frame[i];
    }
    for (int size = 2; size <= length; size *= 2) {
      combine(re, im, size);
    }
    double[] power = new double[length / 2 + 1];
    for (int i = 0; i < power.length; i++) {
      power[i] = (re[i] * re[i] + im[i] * im[i]) / length;
    }
    return power;
  }

  private void combine(double[] re, double[] im, int size) {
    int half = size / 2;
    int stride = length / size;
    for (int start = 0; start < length; start += size) {
      for (int i = 0; i < half; i++) {
        int a = start + i;
        int b = a + half;
        double c = cos[i * stride];
        double s = sin[i * stride];
        double r = re[b] * c + im[b] * s;
        double m = im[b] * c - re[b] * s;
        re[b] = re[a] - r;
        im[b] = im[a] - m;
        re[a] += r;
        im[a] += m;
      }
    }
  }
}
