package io.fanfold.worker.signal;

/**
 * How samples are cut, in rows.
 *
 * @param intervalMs between rows
 * @param rows of a window
 * @param step rows from the start of one window to the start of the next
 */
record Windows(double intervalMs, int rows, int step) {
  static final int MAX_ROWS = 65_536;

  /** Most windows of a sample. */
  static final int MAX_WINDOWS = 10_000;

  /** Most values that are looked at for one sample, over all windows: some seconds of work. */
  private static final long MAX_WORK = 200_000_000;

  /** A timer's drift is no other frequency. */
  private static final double TOLERANCE = 0.05;

  Windows {
    if (rows < SpectralFeatures.MIN_WINDOW_ROWS || rows > MAX_ROWS || step < 1) {
      throw new IllegalArgumentException(
          "a window has %d to %d rows, not %d; a step at least 1, not %d"
              .formatted(SpectralFeatures.MIN_WINDOW_ROWS, MAX_ROWS, rows, step));
    }
  }

  boolean takes(double sampleIntervalMs) {
    return Math.abs(sampleIntervalMs - intervalMs) <= TOLERANCE * intervalMs;
  }

  /**
   * How many windows a sample has: those that fit, or one that is padded.
   *
   * @throws SignalException TOO_LARGE
   */
  int of(int sampleRows, int sensors) throws SignalException {
    long windows = sampleRows < rows ? 1 : (sampleRows - rows) / step + 1L;
    if (windows > MAX_WINDOWS) {
      throw SignalException.tooLarge(
          "the sample has %d windows, more than %d".formatted(windows, MAX_WINDOWS));
    }
    if (windows * rows * sensors > MAX_WORK) {
      throw SignalException.tooLarge(
          "the sample's windows have more than %d values together".formatted(MAX_WORK));
    }
    return (int) windows;
  }

  long startMs(int window) {
    return Math.round(window * step * intervalMs);
  }

  long endMs(int window) {
    return Math.round((window * step + rows) * intervalMs);
  }
}
