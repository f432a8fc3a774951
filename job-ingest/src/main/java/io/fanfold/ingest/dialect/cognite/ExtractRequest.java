package io.fanfold.ingest.dialect.cognite;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.JsonFields;
import io.fanfold.kit.Problem.FieldError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The body of a request to extract.
 *
 * @param features as given, perhaps some of them twice
 * @param parameters of each feature that has some, as Fanfold names them
 * @param parametersJson as given, to be shown again; null without
 */
record ExtractRequest(
    List<FileReference> items,
    List<VisionFeature> features,
    Map<VisionFeature, Map<String, Object>> parameters,
    JsonNode parametersJson) {

  private static final int MAX_ITEMS = 100;
  private static final int MAX_FEATURES = VisionFeature.values().length;

  /**
   * @throws io.fanfold.kit.ProblemException 400 naming the fields at fault
   */
  static ExtractRequest read(JsonNode json) {
    var errors = new ArrayList<FieldError>();
    var fields = new JsonFields(json, "", errors);
    var items = new ArrayList<FileReference>();
    int given =
        fields
            .objects(
                "items",
                item -> items.add(FileReference.read(item, "items[" + items.size() + "]", errors)))
            .size();
    if (given < 1 || given > MAX_ITEMS) {
      errors.add(new FieldError("items", "must have 1 to " + MAX_ITEMS + " files"));
    }
    List<VisionFeature> features = features(fields.stringList("features"), errors);
    Map<VisionFeature, Map<String, Object>> parameters =
        ExtractParameters.read(fields.object("parameters"), errors);
    fields.done();
    JsonFields.refuse(errors);
    JsonNode shown = json.get("parameters");
    return new ExtractRequest(
        items, features, parameters, shown == null || shown.isNull() ? null : shown);
  }

  /** Features that are listed more than once. */
  List<String> duplicated() {
    var seen = new LinkedHashSet<VisionFeature>();
    return features.stream()
        .filter(feature -> !seen.add(feature))
        .distinct()
        .map(VisionFeature::feature)
        .toList();
  }

  private static List<VisionFeature> features(List<String> names, List<FieldError> errors) {
    var features = new ArrayList<VisionFeature>();
    for (int i = 0; i < names.size(); i++) {
      Optional<VisionFeature> feature = VisionFeature.of(names.get(i));
      if (feature.isPresent()) {
        features.add(feature.get());
      } else {
        String problem =
            VisionFeature.BETA.contains(names.get(i))
                ? names.get(i) + " is a beta feature and not available here; there are "
                : "is no feature; there are ";
        errors.add(new FieldError("features[" + i + "]", problem + VisionFeature.names()));
      }
    }
    if (errors.isEmpty()
        && (names.isEmpty() || features.stream().distinct().count() > MAX_FEATURES)) {
      errors.add(new FieldError("features", "must have 1 to " + MAX_FEATURES + " features"));
    }
    return features;
  }
}
