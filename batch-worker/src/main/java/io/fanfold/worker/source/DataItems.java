package io.fanfold.worker.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fanfold.schemas.FailureCode;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Locale;

/** Items inside their own URI (RFC 2397). */
final class DataItems {

  private static final String BASE64 = ";base64";

  private final int maxBytes;

  DataItems(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  byte[] read(String uri) throws SourceException {
    int comma = uri.indexOf(',');
    if (comma < 0) {
      throw invalid("a data URI must have a comma before its data", null);
    }
    // Fully escaped base64 is the longest form: three characters for each of four per three bytes.
    if (uri.length() - comma - 1 > 4L * (maxBytes + 2L)) {
      throw tooLarge();
    }
    byte[] bytes = unescaped(uri, comma + 1);
    if (uri.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(BASE64)) {
      try {
        bytes = Base64.getDecoder().decode(bytes);
      } catch (IllegalArgumentException e) {
        throw invalid("the data URI's data is not base64", e);
      }
    }
    if (bytes.length > maxBytes) {
      throw tooLarge();
    }
    return bytes;
  }

  private static byte[] unescaped(String uri, int start) throws SourceException {
    if (uri.indexOf('%', start) < 0) {
      return uri.substring(start).getBytes(UTF_8);
    }
    var out = new ByteArrayOutputStream(uri.length() - start);
    byte[] escaped = uri.substring(start).getBytes(UTF_8);
    for (int i = 0; i < escaped.length; i++) {
      if (escaped[i] != '%') {
        out.write(escaped[i]);
        continue;
      }
      int high = i + 2 < escaped.length ? Character.digit(escaped[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(escaped[i + 2], 16);
      if (low < 0) {
        throw invalid("the data URI has a % that is no escape", null);
      }
      out.write(high << 4 | low);
      i += 2;
    }
    return out.toByteArray();
  }

  private SourceException tooLarge() {
    return SourceException.permanent(FailureCode.TOO_LARGE, "longer than " + maxBytes + " bytes");
  }

  private static SourceException invalid(String message, Throwable cause) {
    return SourceException.permanent(FailureCode.INVALID_ITEM, message, cause);
  }
}
