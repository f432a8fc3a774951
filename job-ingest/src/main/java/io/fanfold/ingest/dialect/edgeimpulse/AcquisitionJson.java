package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.schemas.SampleSensor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The data acquisition format in JSON. */
final class AcquisitionJson {

  // Seconds; far beyond any recording, and in range of timestamps.
  private static final long LAST_TIME = 253_402_300_799L;

  private AcquisitionJson() {}

  static Acquisition read(byte[] content) {
    JsonNode file = Json.parse(content);
    JsonNode payload = file.path("payload");
    if (!payload.isObject()) {
      throw Acquisition.refused("there is no payload");
    }
    JsonNode interval = payload.path("interval_ms");
    if (!interval.isNumber()) {
      throw Acquisition.refused("payload.interval_ms must be a number");
    }
    List<SampleSensor> sensors = sensors(payload.path("sensors"));
    JsonNode signed = file.path("protected");
    return new Acquisition(
        text(payload, "device_name"),
        text(payload, "device_type") == null ? "" : text(payload, "device_type"),
        Acquisition.interval(interval.doubleValue()),
        sensors,
        readings(payload.path("values"), sensors.size()),
        text(signed, "alg") == null ? "none" : text(signed, "alg"),
        created(signed.path("iat")));
  }

  private static List<SampleSensor> sensors(JsonNode list) {
    if (!list.isArray() || list.isEmpty() || list.size() > Acquisition.MAX_SENSORS) {
      throw Acquisition.refused(
          "payload.sensors must name 1 to " + Acquisition.MAX_SENSORS + " axes");
    }
    var sensors = new ArrayList<SampleSensor>(list.size());
    for (JsonNode axis : list) {
      String units = text(axis, "units");
      sensors.add(
          new SampleSensor(
              Acquisition.name(axis.path("name").textValue(), "the name of an axis"),
              units == null || units.isEmpty() ? Acquisition.NO_UNITS : units));
    }
    return sensors;
  }

  private static long readings(JsonNode values, int axes) {
    if (!values.isArray() || values.isEmpty()) {
      throw Acquisition.refused("payload.values must have at least one reading");
    }
    for (int i = 0; i < values.size(); i++) {
      JsonNode reading = values.get(i);
      if (axes == 1 && isFinite(reading)) {
        // A single axis may come without the inner brackets, as sound does.
        continue;
      }
      if (!reading.isArray() || reading.size() != axes) {
        throw Acquisition.refused("payload.values[" + i + "] must have " + axes + " numbers");
      }
      for (JsonNode value : reading) {
        if (!isFinite(value)) {
          throw Acquisition.refused("payload.values[" + i + "] must have numbers only");
        }
      }
    }
    return values.size();
  }

  private static boolean isFinite(JsonNode value) {
    return value.isNumber() && Double.isFinite(value.doubleValue());
  }

  private static Instant created(JsonNode seconds) {
    return seconds.isNumber() && seconds.longValue() > 0 && seconds.longValue() <= LAST_TIME
        ? Instant.ofEpochSecond(seconds.longValue())
        : null;
  }

  private static String text(JsonNode node, String name) {
    String text = node.path(name).textValue();
    if (text != null && text.length() > Acquisition.MAX_NAME_CHARS) {
      throw Acquisition.refused(
          name + " must be at most " + Acquisition.MAX_NAME_CHARS + " characters");
    }
    return text;
  }
}
