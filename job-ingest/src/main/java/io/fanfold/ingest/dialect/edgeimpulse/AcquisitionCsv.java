package io.fanfold.ingest.dialect.edgeimpulse;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.schemas.SampleSensor;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Comma-separated values: a line of names, the first of them timestamp, in milliseconds. */
final class AcquisitionCsv {

  private static final String TIMESTAMP = "timestamp";

  private AcquisitionCsv() {}

  static Acquisition read(byte[] content) {
    Iterator<String> lines = text(content).lines().filter(line -> !line.isBlank()).iterator();
    if (!lines.hasNext()) {
      throw Acquisition.refused("the file is empty");
    }
    String[] names = lines.next().split(",", -1);
    if (!name(names[0]).equalsIgnoreCase(TIMESTAMP)) {
      throw Acquisition.refused("the first column must be " + TIMESTAMP);
    }
    List<SampleSensor> sensors = sensors(names);
    long readings = 0;
    double first = 0;
    double last = 0;
    while (lines.hasNext()) {
      String[] values = lines.next().split(",", -1);
      readings++;
      if (values.length != names.length) {
        throw Acquisition.refused(
            "reading " + readings + " must have " + names.length + " columns");
      }
      for (String value : values) {
        number(value, readings);
      }
      last = number(values[0], readings);
      first = readings == 1 ? last : first;
    }
    if (readings < 2) {
      throw Acquisition.refused("there must be at least two readings");
    }
    double interval = Acquisition.interval((last - first) / (readings - 1));
    return new Acquisition(null, "", interval, sensors, readings, null, null);
  }

  private static List<SampleSensor> sensors(String[] names) {
    if (names.length < 2 || names.length > Acquisition.MAX_SENSORS + 1) {
      throw Acquisition.refused("there must be 1 to " + Acquisition.MAX_SENSORS + " axes");
    }
    var sensors = new ArrayList<SampleSensor>(names.length - 1);
    for (int i = 1; i < names.length; i++) {
      sensors.add(
          new SampleSensor(
              Acquisition.name(name(names[i]), "the name of column " + (i + 1)),
              Acquisition.NO_UNITS));
    }
    return sensors;
  }

  private static String name(String field) {
    String text = field.strip();
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private static double number(String text, long reading) {
    try {
      double number = Double.parseDouble(text.strip());
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for what is no finite number.
    }
    throw Acquisition.refused("reading " + reading + " must have numbers only");
  }

  private static String text(byte[] content) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      // A byte order mark, as spreadsheets write it.
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw Acquisition.refused("the file is not UTF-8");
    }
  }
}
