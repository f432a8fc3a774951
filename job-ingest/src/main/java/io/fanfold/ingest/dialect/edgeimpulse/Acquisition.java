package io.fanfold.ingest.dialect.edgeimpulse;

import io.fanfold.kit.Problem;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.SampleSensor;
import java.time.Instant;
import java.util.List;

/**
 * What a recording says of itself.
 *
 * @param deviceName null when it does not say
 * @param deviceType empty when it does not say
 * @param intervalMs from one reading to the next
 * @param valuesCount readings
 * @param signatureMethod null where the format has no signatures
 * @param createdAt null when it does not say
 */
record Acquisition(
    String deviceName,
    String deviceType,
    double intervalMs,
    List<SampleSensor> sensors,
    long valuesCount,
    String signatureMethod,
    Instant createdAt) {

  static final String JSON = "application/json";
  static final String CSV = "text/csv";

  /** The longest interval and the most axes anyone has; they keep figures in range. */
  static final double MAX_INTERVAL_MS = 1e9;

  static final int MAX_SENSORS = 256;
  static final int MAX_NAME_CHARS = 256;
  static final String NO_UNITS = "N/A";

  Acquisition {
    sensors = List.copyOf(sensors);
  }

  /**
   * Reads a recording.
   *
   * @param mediaType {@link #JSON} or {@link #CSV}
   * @throws ProblemException 400, saying what is wrong with it
   */
  static Acquisition read(String mediaType, byte[] content) {
    return mediaType.equals(CSV) ? AcquisitionCsv.read(content) : AcquisitionJson.read(content);
  }

  double totalLengthMs() {
    return valuesCount * intervalMs;
  }

  static ProblemException refused(String why) {
    return Problem.of(400, "INVALID_SAMPLE", "The file is no recording we read", why).exception();
  }

  static double interval(double intervalMs) {
    if (!(intervalMs > 0) || intervalMs > MAX_INTERVAL_MS) {
      throw refused("the interval between readings must be more than 0 ms");
    }
    return intervalMs;
  }

  static String name(String text, String what) {
    if (text == null || text.isBlank() || text.length() > MAX_NAME_CHARS) {
      throw refused(what + " must be 1 to " + MAX_NAME_CHARS + " characters");
    }
    return text;
  }
}
