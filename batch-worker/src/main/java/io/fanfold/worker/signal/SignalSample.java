package io.fanfold.worker.signal;

import io.fanfold.schemas.FailureCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What some sensors measured at even intervals. */
public final class SignalSample {
  /** Most values of a sample, rows times sensors. */
  static final int MAX_VALUES = 2_000_000;

  static final int MAX_SENSORS = 100;
  private static final int MAX_NAME_CHARS = 100;
  private static final double MAX_INTERVAL_MS = 86_400_000;

  private final List<Sensor> sensors;
  private final double intervalMs;
  private final float[] values;

  /**
   * @param intervalMs between two rows
   * @param values row by row, not copied; finite
   * @throws SignalException CORRUPT_INPUT when there is nothing in it or its parts disagree
   */
  SignalSample(List<Sensor> sensors, double intervalMs, float[] values) throws SignalException {
    this.sensors = List.copyOf(sensors);
    this.intervalMs = intervalMs;
    this.values = values;
    if (sensors.isEmpty() || sensors.size() > MAX_SENSORS) {
      throw SignalException.corrupt("a sample has 1 to " + MAX_SENSORS + " sensors");
    }
    Set<String> names = new HashSet<>();
    for (Sensor sensor : sensors) {
      String name = sensor.name();
      if (name.isBlank() || name.length() > MAX_NAME_CHARS || !names.add(name)) {
        throw SignalException.corrupt("sensors have names, each its own");
      }
    }
    if (!(intervalMs > 0 && intervalMs <= MAX_INTERVAL_MS)) {
      throw SignalException.corrupt("the interval is not more than 0 and at most a day");
    }
    if (values.length == 0) {
      throw SignalException.corrupt("the sample has no values");
    }
    if (values.length % sensors.size() != 0) {
      throw SignalException.corrupt("rows have as many values as there are sensors");
    }
  }

  /**
   * Reads a file.
   *
   * @param mediaType application/json: Edge Impulse's acquisition format; text/csv: a header line,
   *     then milliseconds and one value for each sensor
   * @throws SignalException CORRUPT_INPUT, TOO_LARGE, UNSUPPORTED_FORMAT, or INVALID_ITEM when rows
   *     come at uneven times
   */
  public static SignalSample read(byte[] content, String mediaType) throws SignalException {
    return switch (mediaType) {
      case "application/json" -> AcquisitionJson.read(content);
      case "text/csv" -> SignalCsv.read(content);
      default ->
          throw new SignalException(
              FailureCode.UNSUPPORTED_FORMAT, "a sample is JSON or CSV, not " + mediaType);
    };
  }

  public List<Sensor> sensors() {
    return sensors;
  }

  /** Milliseconds from one row to the next. */
  public double intervalMs() {
    return intervalMs;
  }

  public int rows() {
    return values.length / sensors.size();
  }

  /** Milliseconds that the rows cover. */
  public double lengthMs() {
    return rows() * intervalMs;
  }

  /**
   * Copies a stretch of one sensor's values; zeros stand for what is beyond the end.
   *
   * @param into as long as the stretch
   */
  void copy(int sensor, int firstRow, double[] into) {
    int rows = rows();
    for (int i = 0; i < into.length; i++) {
      int row = firstRow + i;
      into[i] = row < rows ? values[row * sensors.size() + sensor] : 0;
    }
  }
}
