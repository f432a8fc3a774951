package io.fanfold.ingest.dialect.deepva;

import com.fasterxml.jackson.databind.JsonNode;
import io.fanfold.kit.Problem.FieldError;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The Visual Mining Modules that a feature stands in for. */
enum MiningModule {
  FACE_RECOGNITION("face_recognition", "FaceDetection", "face", "face_bbox"),
  OBJECT_SCENE_RECOGNITION("object_scene_recognition", "ObjectDetection", "object", "object_bbox"),
  LOWER_THIRD_RECOGNITION("lower_third_recognition", "TextDetection", "lower_third", "text_bbox"),
  TEXT_RECOGNITION("text_recognition", "TextDetection", "text", "text_bbox"),
  CONTENT_MODERATION("content_moderation", "ModerationLabels", "moderation", "moderation_bbox");

  // Of the picture's height: what has its middle below is a lower third.
  private static final double LOWER_THIRD = 2.0 / 3;
  private static final double LEAST_OF_DETECTORS = 0.05;

  // Two modules read text, and each sees what it asked for of what the one feature finds.
  private static final double DEFAULT_OF_TEXT = 0.5;

  final String id;
  final String feature;

  /** What its results are called, as in {@code face}. */
  final String type;

  /** What its boxes are called, as in {@code face_bbox}. */
  final String boxType;

  MiningModule(String id, String feature, String type, String boxType) {
    this.id = id;
    this.feature = feature;
    this.type = type;
    this.boxType = boxType;
  }

  static Optional<MiningModule> named(String id) {
    return Arrays.stream(values()).filter(module -> module.id.equals(id)).findFirst();
  }

  /** All ids, for people. */
  static String ids() {
    return Arrays.stream(values()).map(module -> module.id).collect(Collectors.joining(", "));
  }

  /** The feature's parameter that holds its least confidence. */
  String parameter() {
    return this == CONTENT_MODERATION ? "minConfidence" : "threshold";
  }

  /**
   * The least confidence its results have, 0..1; empty for the feature's own, and if it is none.
   */
  OptionalDouble threshold(JsonNode arguments) {
    JsonNode value = arguments.path(argument());
    if (absent(value)) {
      return feature.equals("TextDetection")
          ? OptionalDouble.of(DEFAULT_OF_TEXT)
          : OptionalDouble.empty();
    }
    double threshold = value.doubleValue() / scale();
    return value.isNumber() && threshold >= 0 && threshold <= 1
        ? OptionalDouble.of(threshold)
        : OptionalDouble.empty();
  }

  /** A threshold as the feature takes it. */
  double featureThreshold(double threshold) {
    return feature.equals("FaceDetection") || feature.equals("ObjectDetection")
        ? Math.max(LEAST_OF_DETECTORS, threshold)
        : threshold;
  }

  /** Looks at what all modules have in common; what else a module takes is echoed and not used. */
  void check(JsonNode arguments, String path, List<FieldError> errors) {
    JsonNode model = arguments.path("model");
    if (!absent(model) && (!model.isTextual() || model.textValue().isEmpty())) {
      errors.add(new FieldError(path + ".model", "must be the name of a model"));
    }
    JsonNode dictionaries = arguments.path("dictionaries");
    if (!absent(dictionaries) && !dictionaries.isArray()) {
      errors.add(new FieldError(path + ".dictionaries", "must be a list"));
    }
    JsonNode range = arguments.path("range");
    if (!absent(range) && !range.isObject()) {
      errors.add(new FieldError(path + ".range", "must be an object"));
    }
    if (!absent(arguments.path(argument())) && threshold(arguments).isEmpty()) {
      errors.add(
          new FieldError(path + "." + argument(), "must be a number, 0 to " + Math.round(scale())));
    }
  }

  /** Whether a prediction is a result of this module. */
  boolean finds(JsonNode prediction, JsonNode arguments) {
    OptionalDouble threshold = threshold(arguments);
    return feature.equals(prediction.path("feature").asText())
        && (threshold.isEmpty()
            || prediction.path("confidence").asDouble(1) >= threshold.getAsDouble())
        && (this != LOWER_THIRD_RECOGNITION || isLow(prediction.path("box")));
  }

  private static boolean isLow(JsonNode box) {
    return (box.path("yMin").asDouble() + box.path("yMax").asDouble()) / 2 >= LOWER_THIRD;
  }

  private String argument() {
    return this == OBJECT_SCENE_RECOGNITION ? "min_confidence" : "threshold";
  }

  private double scale() {
    return this == OBJECT_SCENE_RECOGNITION ? 100 : 1;
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
