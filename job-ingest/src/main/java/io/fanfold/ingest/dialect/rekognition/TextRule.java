package io.fanfold.ingest.dialect.rekognition;

import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a text of a request may look like.
 *
 * @param pattern of the whole of it, without control characters
 */
record TextRule(int min, int max, Pattern pattern) {

  private static final String PLAIN = "[a-zA-Z0-9-_]+";

  static final TextRule JOB_ID = of(1, 64, PLAIN);
  static final TextRule TOKEN = of(1, 64, PLAIN);
  static final TextRule JOB_NAME = of(1, 64, "[a-zA-Z0-9_.\\-]+");
  static final TextRule KMS_KEY = of(1, 2048, "[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}");
  // The page lets 255 through; S3 makes no bucket with more than 63.
  static final TextRule BUCKET = of(3, 63, "(?!.*\\.\\.)[A-Za-z0-9][A-Za-z0-9._-]+[A-Za-z0-9]");
  static final TextRule OBJECT = of(1, 1024, "\\P{Cntrl}+");
  static final TextRule VERSION = of(1, 1024, "\\P{Cntrl}+");
  static final TextRule KEY_PREFIX = of(0, 800, "[^\\s\\p{Cntrl}]*");
  static final TextRule PROJECT_VERSION = of(20, 2048, "\\P{Cntrl}+");

  private static TextRule of(int min, int max, String pattern) {
    return new TextRule(min, max, Pattern.compile(pattern));
  }

  /**
   * Reads a field.
   *
   * @param path of the object it is in, with a dot at the end, or empty
   * @param errors gets what is wrong
   * @return null when it is absent or wrong
   */
  String read(JsonFields fields, String path, String name, List<FieldError> errors) {
    String value = fields.string(name);
    if (value == null) {
      return null;
    }
    int length = value.codePointCount(0, value.length());
    if (length < min || length > max) {
      errors.add(new FieldError(path + name, "must be " + min + " to " + max + " characters"));
      return null;
    }
    if (!pattern.matcher(value).matches()) {
      errors.add(new FieldError(path + name, "must match " + pattern));
      return null;
    }
    return value;
  }

  /** As {@link #read}, for a field that must be there. */
  String require(JsonFields fields, String path, String name, List<FieldError> errors) {
    int before = errors.size();
    String value = read(fields, path, name, errors);
    if (value == null && errors.size() == before) {
      errors.add(new FieldError(path + name, "is required"));
    }
    return value;
  }
}
