package io.fanfold.ingest.dialect.cognite;

import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code parameters} of a request; those of the original's beta features are unknown here. */
final class ExtractParameters {

  private static final int MAX_SUBTREES = 100;

  private ExtractParameters() {}

  /**
   * @param fields null without
   * @return by feature, as Fanfold names them
   */
  static Map<VisionFeature, Map<String, Object>> read(JsonFields fields, List<FieldError> errors) {
    var parameters = new EnumMap<VisionFeature, Map<String, Object>>(VisionFeature.class);
    if (fields == null) {
      return parameters;
    }
    for (VisionFeature feature : VisionFeature.values()) {
      JsonFields given = fields.object(feature.parameters());
      if (given != null) {
        parameters.put(feature, read(feature, given, errors));
      }
    }
    fields.done();
    return parameters;
  }

  private static Map<String, Object> read(
      VisionFeature feature, JsonFields given, List<FieldError> errors) {
    String at = "parameters." + feature.parameters() + ".";
    var values = new LinkedHashMap<String, Object>();
    Double threshold = given.number("threshold");
    if (threshold != null) {
      if (threshold < 0 || threshold > 1) {
        errors.add(new FieldError(at + "threshold", "must be 0 to 1"));
      }
      values.put("threshold", threshold);
    }
    if (feature == VisionFeature.ASSET_TAG) {
      if (given.bool("partialMatch", false)) {
        values.put("partialMatch", true);
      }
      List<Long> subtrees = given.integers("assetSubtreeIds");
      if (subtrees.size() > MAX_SUBTREES) {
        errors.add(
            new FieldError(at + "assetSubtreeIds", "must have at most " + MAX_SUBTREES + " ids"));
      } else if (!subtrees.isEmpty()) {
        values.put("assetSubtreeIds", subtrees.stream().map(String::valueOf).toList());
      }
    }
    given.done();
    return values;
  }
}
