package io.fanfold.ingest;

import static io.fanfold.ingest.dialect.Dialect.MAX_REQUEST_BYTES;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Json;
import io.fanfold.kit.Problem.FieldError;
import io.fanfold.kit.ProblemException;
import io.fanfold.schemas.Dialect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** What a submission may say of the dialect it came through. */
final class DialectRules {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  private DialectRules() {}

  static void check(Dialect dialect, List<FieldError> errors) {
    if (!NAME.matcher(dialect.getName()).matches()) {
      errors.add(new FieldError("dialect.name", "must match " + NAME.pattern()));
    }
    byte[] request = dialect.getRequest().getBytes(StandardCharsets.UTF_8);
    if (request.length > MAX_REQUEST_BYTES) {
      errors.add(
          new FieldError("dialect.request", "must be at most " + MAX_REQUEST_BYTES + " bytes"));
    } else if (!isObject(request)) {
      errors.add(new FieldError("dialect.request", "must be a JSON object"));
    }
  }

  /** Read by the strict parser: lookups put it into their answers as it is. */
  private static boolean isObject(byte[] json) {
    try {
      JsonNode parsed = Json.parse(json);
      return parsed.isObject();
    } catch (ProblemException e) {
      return false;
    }
  }
}
