package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import io.javalin.http.Context;
import java.util.List;
import java.util.stream.Collectors;

/** Errors as clients read them: {@code {"error":{"code","message","missing"?,"duplicated"?}}}. */
final class CogniteErrors {

  private static final int MAX_NAMED = 5;

  private CogniteErrors() {}

  static ObjectNode of(Problem problem) {
    String message =
        problem.errors().isEmpty()
            ? problem.detail()
            : problem.errors().stream()
                .limit(MAX_NAMED)
                .map(CogniteErrors::text)
                .collect(Collectors.joining("; "));
    return error(problem.status(), message);
  }

  /** References that stand for no file, as they were given. */
  static ObjectNode missing(List<ObjectNode> references) {
    ObjectNode body = error(400, "Files not found: " + references.size());
    ((ObjectNode) body.get("error")).putArray("missing").addAll(List.<JsonNode>copyOf(references));
    return body;
  }

  /** Features named more than once. */
  static ObjectNode duplicated(List<String> features) {
    ObjectNode body = error(400, "features must be unique");
    var duplicated = ((ObjectNode) body.get("error")).putArray("duplicated");
    features.forEach(feature -> duplicated.addObject().put("feature", feature));
    return body;
  }

  static void answer(Context context, Problem problem) {
    if (problem.status() == 429 || problem.status() == 503) {
      context.header("Retry-After", "1");
    }
    HttpApi.json(context, problem.status(), of(problem));
  }

  private static String text(FieldError error) {
    return error.field().isEmpty() ? error.message() : error.field() + " " + error.message();
  }

  private static ObjectNode error(int code, String message) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putObject("error").put("code", code).put("message", message);
    return body;
  }
}
