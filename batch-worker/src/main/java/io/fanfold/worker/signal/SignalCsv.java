package io.fanfold.worker.signal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.schemas.FailureCode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Samples as CSV: a header line that begins with {@code timestamp} and names the sensors; then one
 * line a row, milliseconds first. Numbers only, so quotes mean something in the header alone.
 */
final class SignalCsv {
  private static final int MAX_LINE_BYTES = 64 * 1024;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,40}(\\.\\d{0,40})?|\\.\\d{1,40})([eE][+-]?\\d{1,4})?");

  private final byte[] content;
  private final Values values = new Values();
  private int next;
  private int line;

  private SignalCsv(byte[] content) {
    this.content = content;
    // A byte order mark, as spreadsheets write it.
    this.next =
        content.length >= 3 && content[0] == -17 && content[1] == -69 && content[2] == -65 ? 3 : 0;
  }

  static SignalSample read(byte[] content) throws SignalException {
    return new SignalCsv(content).read();
  }

  private SignalSample read() throws SignalException {
    List<Sensor> sensors = header(nextLine());
    double first = 0;
    double last = 0;
    double shortest = Double.POSITIVE_INFINITY;
    double longest = Double.NEGATIVE_INFINITY;
    int rows = 0;
    for (String text = nextLine(); text != null; text = nextLine()) {
      if (text.isBlank()) {
        continue;
      }
      String[] fields = text.split(",", -1);
      if (fields.length != sensors.size() + 1) {
        throw SignalException.corrupt(
            "line %d has %d fields and the header has %d"
                .formatted(line, fields.length, sensors.size() + 1));
      }
      double time = number(fields[0]);
      for (int i = 1; i < fields.length; i++) {
        values.add(number(fields[i]));
      }
      if (rows == 0) {
        first = time;
      } else {
        shortest = Math.min(shortest, time - last);
        longest = Math.max(longest, time - last);
      }
      last = time;
      rows++;
    }
    if (rows < 2) {
      throw SignalException.corrupt("at least two rows are needed to know the interval");
    }
    double interval = (last - first) / (rows - 1);
    // The features take even intervals for granted; what a timer jitters does not matter.
    if (shortest <= 0 || shortest < 0.5 * interval || longest > 1.5 * interval) {
      throw new SignalException(
          FailureCode.INVALID_ITEM,
          "rows must be evenly spaced; here they are %s to %s ms apart"
              .formatted((float) shortest, (float) longest));
    }
    return new SignalSample(sensors, interval, values.toArray());
  }

  private static List<Sensor> header(String text) throws SignalException {
    String[] names = text == null ? new String[0] : text.split(",", -1);
    if (names.length < 2 || !unquoted(names[0]).equalsIgnoreCase("timestamp")) {
      throw SignalException.corrupt("the first line must be timestamp and the sensors' names");
    }
    if (names.length - 1 > SignalSample.MAX_SENSORS) {
      throw SignalException.tooLarge("more than " + SignalSample.MAX_SENSORS + " sensors");
    }
    List<Sensor> sensors = new ArrayList<>();
    for (int i = 1; i < names.length; i++) {
      sensors.add(new Sensor(unquoted(names[i]), ""));
    }
    return sensors;
  }

  private static String unquoted(String field) {
    String text = field.strip();
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private double number(String field) throws SignalException {
    String text = field.strip();
    // What parseDouble takes besides numbers is not meant: NaN, hexadecimal, 1f.
    if (!NUMBER.matcher(text).matches()) {
      throw SignalException.corrupt("line " + line + " has a field that is no number");
    }
    return Double.parseDouble(text);
  }

  /** Without its end; null after the last. */
  private String nextLine() throws SignalException {
    if (next >= content.length) {
      return null;
    }
    line++;
    int end = next;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    if (end - next > MAX_LINE_BYTES) {
      throw SignalException.corrupt("line " + line + " is longer than a row can be");
    }
    int length = end > next && content[end - 1] == '\r' ? end - next - 1 : end - next;
    String text = new String(content, next, length, UTF_8);
    next = end + 1;
    return text;
  }
}
