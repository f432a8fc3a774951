package io.fanfold.worker.signal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.fanfold.schemas.FailureCode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Edge Impulse's acquisition format. Read as a stream: a tree of a long sample would take many
 * times its bytes. Signatures are not checked: there is no key to check them with.
 */
final class AcquisitionJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonParser parser;
  private final Values values = new Values();
  private List<Sensor> sensors;
  private double intervalMs;
  // Of the rows; 0 until there is one, 1 for values that are not in rows.
  private int width;

  private AcquisitionJson(JsonParser parser) {
    this.parser = parser;
  }

  static SignalSample read(byte[] content) throws SignalException {
    try (JsonParser parser = JSON.createParser(content)) {
      return new AcquisitionJson(parser).read();
    } catch (JsonProcessingException | CharConversionException e) {
      throw new SignalException(FailureCode.CORRUPT_INPUT, "not JSON" + place(e), e);
    } catch (IOException e) {
      // Nothing else is read but an array.
      throw new UncheckedIOException(e);
    }
  }

  private static String place(IOException e) {
    JsonLocation location = e instanceof JsonProcessingException json ? json.getLocation() : null;
    return location == null
        ? ""
        : ", at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private SignalSample read() throws IOException, SignalException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw SignalException.corrupt("a sample is an object with a payload");
    }
    boolean found = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean payload = parser.currentName().equals("payload");
      JsonToken value = parser.nextToken();
      if (payload && value == JsonToken.START_OBJECT && !found) {
        readPayload();
        found = true;
      } else {
        parser.skipChildren();
      }
    }
    if (!found) {
      throw SignalException.corrupt("a sample is an object with a payload");
    }
    if (parser.nextToken() != null) {
      throw SignalException.corrupt("something follows the sample");
    }
    if (sensors == null) {
      throw SignalException.corrupt("payload.sensors is missing");
    }
    if (width != 0 && width != sensors.size()) {
      throw SignalException.corrupt(
          "rows have %d values and there are %d sensors".formatted(width, sensors.size()));
    }
    return new SignalSample(sensors, intervalMs, values.toArray());
  }

  private void readPayload() throws IOException, SignalException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "interval_ms" -> intervalMs = number("payload.interval_ms");
        case "sensors" -> readSensors();
        case "values" -> readValues();
        default -> parser.skipChildren();
      }
    }
  }

  private void readSensors() throws IOException, SignalException {
    expect(JsonToken.START_ARRAY, "payload.sensors", "an array");
    sensors = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(JsonToken.START_OBJECT, "payload.sensors", "an array of objects");
      if (sensors.size() == SignalSample.MAX_SENSORS) {
        throw SignalException.tooLarge("more than " + SignalSample.MAX_SENSORS + " sensors");
      }
      sensors.add(sensor());
    }
  }

  private Sensor sensor() throws IOException {
    String name = "";
    String units = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.VALUE_STRING && field.equals("name")) {
        name = parser.getText();
      } else if (value == JsonToken.VALUE_STRING && field.equals("units")) {
        units = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    return new Sensor(name, units);
  }

  private void readValues() throws IOException, SignalException {
    expect(JsonToken.START_ARRAY, "payload.values", "an array");
    if (values.size() > 0) {
      throw SignalException.corrupt("payload.values is there twice");
    }
    int row = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      row++;
      int before = values.size();
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(number("payload.values, row " + row + ","));
        }
      } else {
        // A single sensor may come without the inner brackets, as sound does.
        values.add(number("payload.values, row " + row + ","));
      }
      int found = values.size() - before;
      if (width == 0) {
        width = found;
      }
      if (found != width || found == 0) {
        throw SignalException.corrupt(
            "row %d has %d values and the first has %d".formatted(row, found, width));
      }
    }
  }

  private double number(String what) throws IOException, SignalException {
    if (!parser.currentToken().isNumeric()) {
      throw SignalException.corrupt(what + " is no number");
    }
    return parser.getDoubleValue();
  }

  private void expect(JsonToken token, String what, String kind) throws SignalException {
    if (parser.currentToken() != token) {
      throw SignalException.corrupt(what + " must be " + kind);
    }
  }
}
