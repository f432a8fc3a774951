package io.fanfold.worker.predict;

import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.ParameterType;
import java.util.List;

/** Offers of the built-in features. */
final class Offers {
  /**
   * @param version of the package the model comes from
   */
  record Model(String name, String version) {}

  static final Model FACES = new Model("blazeface-256", "1.2.0");
  static final Model MODERATION = new Model("nsfwjs-mobilenet-v2-mid", "4.3.0");
  static final Model OBJECTS = new Model("ssd-mobilenet-v2-oid4", "0.4.1675468480");
  static final Model SIGNAL = new Model("fanfold-signal", "1");
  static final Model TEXT = new Model("pp-ocrv4", "1.2.2");

  private Offers() {}

  static FeatureOffer pictures(
      String name, String description, Model model, ParameterOffer... parameters) {
    return FeatureOffer.newBuilder()
        .setName(name)
        .setDescription(description)
        .setModel(model.name())
        .setModelVersion(model.version())
        .setMediaTypes(MediaTypes.PICTURES)
        .setParameters(List.of(parameters))
        .build();
  }

  static ParameterOffer number(
      String name, String description, String value, double minimum, double maximum) {
    return optional(name, ParameterType.NUMBER, description)
        .setDefaultValue(value)
        .setMinimum(minimum)
        .setMaximum(maximum)
        .build();
  }

  static ParameterOffer integer(
      String name, String description, String value, double minimum, double maximum) {
    return optional(name, ParameterType.INTEGER, description)
        .setDefaultValue(value)
        .setMinimum(minimum)
        .setMaximum(maximum)
        .build();
  }

  static ParameterOffer bool(String name, String description, boolean value) {
    return optional(name, ParameterType.BOOLEAN, description)
        .setDefaultValue(Boolean.toString(value))
        .build();
  }

  static ParameterOffer strings(
      String name, String description, boolean required, double fewest, double most) {
    return optional(name, ParameterType.STRINGS, description)
        .setRequired(required)
        .setMinimum(fewest)
        .setMaximum(most)
        .build();
  }

  /**
   * @param value the default; null when a string must be given
   */
  static ParameterOffer string(String name, String description, String value) {
    return optional(name, ParameterType.STRING, description)
        .setRequired(value == null)
        .setDefaultValue(value)
        .build();
  }

  private static ParameterOffer.Builder optional(
      String name, ParameterType type, String description) {
    return ParameterOffer.newBuilder().setName(name).setType(type).setDescription(description);
  }
}
