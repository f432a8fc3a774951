package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.HttpApi;
import io.fanfold.kit.Json;
import io.fanfold.kit.JsonBody;
import io.fanfold.kit.Problem;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** The body of a request, which the original's Python client sends compressed. */
final class ExtractBody {

  private static final int MAX_BYTES = 1024 * 1024;

  private ExtractBody() {}

  /**
   * @throws io.fanfold.kit.ProblemException 400, 413 or 415
   */
  static JsonNode read(Context context) {
    String encoding = context.header("Content-Encoding");
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      return JsonBody.read(context);
    }
    if (!encoding.equalsIgnoreCase("gzip")) {
      throw Problem.of(
              415, "UNSUPPORTED_ENCODING", "Not that encoding", "Send it plain, or as gzip.")
          .exception();
    }
    return Json.parse(unzipped(context.bodyAsBytes()));
  }

  private static byte[] unzipped(byte[] body) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw HttpApi.tooLarge().exception();
      }
      return bytes;
    } catch (IOException e) {
      throw Problem.of(400, "MALFORMED_BODY", "Not gzip", "The body is not gzip").exception();
    }
  }
}
