package io.fanfold.ingest.dialect.deepva;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A problem as JSON. The original documents no shape; this is ours: {@code detail}, {@code code}
 * and the {@code errors} by field.
 */
final class Refusal {

  private static final Pattern ITEM = Pattern.compile("items(\\[[0-9]+])?(\\.uri)?");

  private Refusal() {}

  static ObjectNode json(Problem problem) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    ArrayNode errors = Json.MAPPER.createArrayNode();
    for (FieldError error : problem.errors()) {
      errors.addObject().put("field", field(error.field())).put("message", error.message());
    }
    json.put("detail", errors.isEmpty() ? problem.detail() : detail(problem));
    json.put("code", problem.code());
    json.set("errors", errors);
    return json;
  }

  private static String detail(Problem problem) {
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
      return "sources" + (item.group(1) == null ? "" : item.group(1));
    }
    if (name.startsWith("features")) {
      return "modules";
    }
    return switch (name) {
      case "ttlSeconds" -> "ttl";
      case "webhook.url" -> "webhook.callback";
      default -> name;
    };
  }
}
