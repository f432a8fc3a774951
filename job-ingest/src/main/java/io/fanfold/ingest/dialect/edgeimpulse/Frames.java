package io.fanfold.ingest.dialect.edgeimpulse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Messages of socket.io 2 (engine.io protocol 3) in text: a digit or two, and JSON. */
final class Frames {

  static final String PING = "2";
  static final String PONG = "3";

  /** Connected to the default namespace. */
  static final String CONNECTED = "40";

  private static final String EVENT = "42";
  private static final int MAX_CHARS = 4_096;

  /**
   * What is asked to be streamed.
   *
   * @param lastReceived milliseconds since 1970 of the last line that was seen; 0 for none
   */
  record LogStream(long jobId, long lastReceived) {}

  private Frames() {}

  /** The first message on a connection. */
  static String open(String sessionId, long pingIntervalMs, long pingTimeoutMs) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("sid", sessionId);
    json.putArray("upgrades");
    json.put("pingInterval", pingIntervalMs);
    json.put("pingTimeout", pingTimeoutMs);
    return "0" + json;
  }

  static String hello() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putObject("hello").put("version", 1);
    return event("hello", json);
  }

  static String data(long jobId, JobLog.Line line) {
    return event("job-data-" + jobId, line.json());
  }

  static String finished(long jobId, boolean success) {
    return event("job-finished-" + jobId, Json.MAPPER.createObjectNode().put("success", success));
  }

  /** What a message asks for, if it is that. */
  static Optional<LogStream> logStream(String message) {
    if (!message.startsWith(EVENT) || message.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      JsonNode event =
          Json.parse(message.substring(EVENT.length()).getBytes(StandardCharsets.UTF_8));
      JsonNode jobId = event.path(1).path("jobId");
      return event.path(0).asText().equals("start-log-stream") && jobId.canConvertToLong()
          ? Optional.of(
              new LogStream(
                  jobId.longValue(), event.path(1).path("lastReceivedTimestamp").asLong()))
          : Optional.empty();
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  private static String event(String name, ObjectNode data) {
    return EVENT + Json.MAPPER.createArrayNode().add(name).add(data);
  }
}
