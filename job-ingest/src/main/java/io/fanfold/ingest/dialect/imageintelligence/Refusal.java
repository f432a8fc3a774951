package io.fanfold.ingest.dialect.imageintelligence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A problem as JSON. The original's specification has descriptions only; this shape is ours: {@code
 * status}, {@code code}, {@code message} and the {@code errors} by field.
 */
final class Refusal {

  private static final Pattern ITEM = Pattern.compile("items(\\[[0-9]+])?(?:\\.(.*))?");

  private Refusal() {}

  static ObjectNode json(Problem problem) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("status", problem.status());
    json.put("code", problem.code());
    ArrayNode errors = Json.MAPPER.createArrayNode();
    for (FieldError error : problem.errors()) {
      errors.addObject().put("field", field(error.field())).put("message", error.message());
    }
    json.put("message", errors.isEmpty() ? problem.detail() : message(problem));
    json.set("errors", errors);
    return json;
  }

  private static String message(Problem problem) {
    FieldError first = problem.errors().get(0);
    String field = field(first.field());
    String more =
        problem.errors().size() > 1 ? " (and " + (problem.errors().size() - 1) + " more)" : "";
    return (field.isEmpty() ? "" : field + " ") + first.message() + more;
  }

  /** What the native API calls a field, as it is called here. */
  static String field(String name) {
    Matcher item = ITEM.matcher(name);
    if (item.matches()) {
      String image = "images" + (item.group(1) == null ? "" : item.group(1));
      return item.group(2) == null
          ? image
          : image + "." + (item.group(2).equals("uri") ? "url" : item.group(2));
    }
    if (name.startsWith("features")) {
      return "target";
    }
    return name.equals("webhook.url") ? "webhookUrl" : name;
  }
}
