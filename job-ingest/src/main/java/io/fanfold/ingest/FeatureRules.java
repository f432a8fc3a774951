package io.fanfold.ingest;

import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.JobSubmission;
import io.fanfold.schemas.ParameterOffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a submission may ask to be computed. */
final class FeatureRules {

  private static final int MAX_FEATURES = 10;

  // A job's parameters stand in its header and in each state, which have to fit Kafka's default of
  // 1 MiB in any script.
  private static final int MAX_PARAMETER_CHARS = 256 * 1024;

  private FeatureRules() {}

  /**
   * Whether the features exist and take these parameters. Workers know for certain; this spares the
   * caller a job that cannot succeed.
   */
  static List<FieldError> checkOffered(JobSubmission submission, Map<String, FeatureOffer> offers) {
    var errors = new ArrayList<FieldError>();
    for (int i = 0; i < submission.getFeatures().size(); i++) {
      Feature feature = submission.getFeatures().get(i);
      String field = "features[" + i + "]";
      FeatureOffer offer = offers.get(feature.getName());
      if (offer == null) {
        errors.add(
            new FieldError(
                field + ".name",
                "is not offered; there are " + String.join(", ", offers.keySet())));
      } else {
        checkParameters(field + ".parameters", feature.getParameters(), offer, errors);
      }
    }
    return errors;
  }

  static void check(List<Feature> features, List<FieldError> errors) {
    if (features.isEmpty()) {
      errors.add(new FieldError("features", "must have at least one feature"));
    } else if (features.size() > MAX_FEATURES) {
      errors.add(new FieldError("features", "must have at most " + MAX_FEATURES + " features"));
      return;
    }
    if (features.stream().mapToLong(feature -> chars(feature.getParameters())).sum()
        > MAX_PARAMETER_CHARS) {
      errors.add(
          new FieldError(
              "features",
              "must have at most " + MAX_PARAMETER_CHARS + " characters of parameters"));
    }
    var names = new HashSet<String>();
    for (int i = 0; i < features.size(); i++) {
      String name = features.get(i).getName();
      String field = "features[" + i + "].name";
      if (name.isEmpty()) {
        errors.add(new FieldError(field, "is required"));
      } else if (name.length() > TextRules.MAX_CHARS || !TextRules.isText(name)) {
        errors.add(new FieldError(field, "is not a feature's name"));
      } else if (!names.add(name)) {
        errors.add(new FieldError(field, "is listed twice"));
      }
    }
  }

  private static long chars(Map<String, Object> parameters) {
    long sum = 0;
    for (var parameter : parameters.entrySet()) {
      sum += parameter.getKey().length();
      if (parameter.getValue() instanceof CharSequence text) {
        sum += text.length();
      } else if (parameter.getValue() instanceof List<?> list) {
        sum += list.stream().mapToLong(element -> element.toString().length() + 1).sum();
      } else {
        sum += Double.BYTES;
      }
    }
    return sum;
  }

  private static void checkParameters(
      String field, Map<String, Object> parameters, FeatureOffer offer, List<FieldError> errors) {
    for (String name : parameters.keySet()) {
      if (offer.getParameters().stream().noneMatch(known -> known.getName().equals(name))) {
        errors.add(new FieldError(field + "." + name, "is not a parameter of " + offer.getName()));
      }
    }
    for (ParameterOffer known : offer.getParameters()) {
      Object value = parameters.get(known.getName());
      String at = field + "." + known.getName();
      if (value == null) {
        if (known.getRequired()) {
          errors.add(new FieldError(at, "is required"));
        }
        continue;
      }
      Double size =
          switch (known.getType()) {
            case BOOLEAN -> value instanceof Boolean ? 0d : null;
            case INTEGER -> value instanceof Long number ? (double) number : null;
            case NUMBER -> value instanceof Number number ? number.doubleValue() : null;
            case STRING -> value instanceof CharSequence ? 0d : null;
            case STRINGS -> value instanceof List<?> list ? (double) list.size() : null;
          };
      if (size == null) {
        errors.add(
            new FieldError(
                at, "must be of type " + known.getType().name().toLowerCase(Locale.ROOT)));
      } else if (known.getMinimum() != null && size < known.getMinimum()
          || known.getMaximum() != null && size > known.getMaximum()) {
        errors.add(new FieldError(at, "must be " + range(known)));
      }
    }
  }

  private static String range(ParameterOffer known) {
    if (known.getMinimum() == null) {
      return "at most " + known.getMaximum();
    }
    return known.getMaximum() == null
        ? "at least " + known.getMinimum()
        : known.getMinimum() + " to " + known.getMaximum();
  }
}
