package io.fanfold.kit;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;

/** The body of a request that has to be JSON. */
public final class JsonBody {

  private static final List<String> MEDIA_TYPES =
      List.of("application/json", "application/json;charset=utf-8");

  private JsonBody() {}

  /**
   * @throws ProblemException 415 when it is announced as something else, 400 when it is no JSON
   */
  public static JsonNode read(Context context) {
    String given = context.contentType();
    String type = given == null ? "" : given.toLowerCase(Locale.ROOT).replace(" ", "");
    if (!MEDIA_TYPES.contains(type)) {
      throw Problem.of(
              415,
              "UNSUPPORTED_MEDIA_TYPE",
              "Not that media type",
              "Send application/json in UTF-8.")
          .exception();
    }
    return Json.parse(context.bodyAsBytes());
  }
}
