package io.fanfold.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The server answered, and the answer is no. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final int status;
  private final transient JsonNode problem;

  RefusedException(int status, JsonNode problem, String message) {
    super(message);
    this.status = status;
    this.problem = problem;
  }

  /**
   * @param json the body, if it was JSON
   */
  static RefusedException of(URI uri, int status, JsonNode json) {
    return json.has("title") || json.has("detail")
        ? new RefusedException(status, json, problemLine(json))
        : new RefusedException(
            status,
            MAPPER.createObjectNode(),
            "%s answered %d and not as a Fanfold server does".formatted(uri, status));
  }

  /** A body as JSON; a missing node if it is something else, and so not one of ours. */
  static JsonNode parse(byte[] body) {
    try {
      return MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  int status() {
    return status;
  }

  /** The problem document as the server sent it, or an empty object. */
  JsonNode problem() {
    return problem;
  }

  private static String problemLine(JsonNode problem) {
    var line = new StringBuilder(problem.path("detail").asText(problem.path("title").asText()));
    if (problem.path("errors").size() > 1) {
      for (JsonNode error : problem.path("errors")) {
        line.append("\n  ")
            .append(error.path("field").asText())
            .append(": ")
            .append(error.path("message").asText());
      }
    }
    return line.toString();
  }
}
