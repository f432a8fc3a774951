package io.fanfold.worker.signal;

/**
 * What a window of a sample looks like in numbers, sensor by sensor, as Edge Impulse's spectral
 * analysis has it: root mean square, skewness and excess kurtosis about the mean, and the decimal
 * logarithm of the power at each frequency but 0, the most of overlapping frames.
 */
final class SpectralFeatures {
  static final int MIN_WINDOW_ROWS = 8;
  private static final int STATISTICS = 3;
  private static final int MAX_FRAME = 64;

  /** Below it, power is noise of the arithmetic; its logarithm would be loud. */
  private static final double LEAST_POWER = 1e-10;

  private final int windowRows;
  private final Fft fft;

  /**
   * @param windowRows at least {@link #MIN_WINDOW_ROWS}
   */
  SpectralFeatures(int windowRows) {
    this.windowRows = windowRows;
    this.fft = new Fft(Math.min(MAX_FRAME, Integer.highestOneBit(windowRows)));
  }

  int perSensor() {
    return STATISTICS + fft.length() / 2;
  }

  /**
   * @param sensors the columns to look at, in the order the features are to have
   */
  double[] of(SignalSample sample, int firstRow, int[] sensors) {
    double[] features = new double[sensors.length * perSensor()];
    double[] window = new double[windowRows];
    for (int i = 0; i < sensors.length; i++) {
      sample.copy(sensors[i], firstRow, window);
      add(window, features, i * perSensor());
    }
    return features;
  }

  private void add(double[] window, double[] features, int at) {
    double mean = 0;
    for (double value : window) {
      mean += value;
    }
    mean /= windowRows;
    double second = 0;
    double third = 0;
    double fourth = 0;
    for (int i = 0; i < windowRows; i++) {
      window[i] -= mean;
      double square = window[i] * window[i];
      second += square;
      third += square * window[i];
      fourth += square * square;
    }
    second /= windowRows;
    third /= windowRows;
    fourth /= windowRows;
    double rms = Math.sqrt(second);
    features[at] = rms;
    // A sensor that stands still has no shape.
    boolean still = second < LEAST_POWER * LEAST_POWER;
    features[at + 1] = still ? 0 : third / (second * rms);
    features[at + 2] = still ? 0 : fourth / (second * second) - 3;
    double[] power = power(window);
    for (int i = 1; i < power.length; i++) {
      features[at + STATISTICS + i - 1] = StrictMath.log10(Math.max(power[i], LEAST_POWER));
    }
  }

  /** The most of frames that overlap by half; the last one ends where the window does. */
  private double[] power(double[] window) {
    int length = fft.length();
    double[] most = new double[length / 2 + 1];
    double[] frame = new double[length];
    int last = windowRows - length;
    for (int start = 0; ; start += length / 2) {
      System.arraycopy(window, Math.min(start, last), frame, 0, length);
      double[] power = fft.power(frame);
      for (int i = 0; i < most.length; i++) {
        most[i] = Math.max(most[i], power[i]);
      }
      if (start >= last) {
        return most;
      }
    }
  }
}
