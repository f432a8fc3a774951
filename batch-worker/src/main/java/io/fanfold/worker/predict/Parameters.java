package io.fanfold.worker.predict;

import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.ParameterType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** A feature's parameters as its offer describes them: checked, typed and with defaults. */
public final class Parameters {
  private final Map<String, Object> values;

  private Parameters(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * The parameters a feature is asked for with.
   *
   * @throws InvalidParameterException at the first parameter that is not as offered
   */
  public static Parameters of(Feature feature, FeatureOffer offer)
      throws InvalidParameterException {
    List<Problem> problems = problems(feature, offer);
    if (!problems.isEmpty()) {
      throw new InvalidParameterException(
          problems.get(0).parameter(), offer.getName() + ": " + problems.get(0).message());
    }
    Map<String, Object> values = new HashMap<>();
    for (ParameterOffer parameter : offer.getParameters()) {
      Object given = feature.getParameters().get(parameter.getName());
      if (given != null) {
        values.put(parameter.getName(), typed(parameter.getType(), given).orElseThrow());
      } else if (parameter.getDefaultValue() != null) {
        values.put(parameter.getName(), parsed(parameter.getType(), parameter.getDefaultValue()));
      } else if (parameter.getType() == ParameterType.STRINGS) {
        values.put(parameter.getName(), List.of());
      }
    }
    return new Parameters(values);
  }

  /** The defaults of an offer, for one that requires no parameters. */
  public static Parameters defaults(FeatureOffer offer) throws InvalidParameterException {
    return of(new Feature(offer.getName(), Map.of()), offer);
  }

  /** What is wrong with a feature's parameters, for people; empty when nothing is. */
  public static List<String> check(Feature feature, FeatureOffer offer) {
    return problems(feature, offer).stream().map(Problem::message).toList();
  }

  /** Whether the parameter was given or has a default. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  public boolean bool(String name) {
    return (Boolean) value(name);
  }

  /** The value of an INTEGER. */
  public long integer(String name) {
    return (Long) value(name);
  }

  /** The value of a NUMBER. */
  public double number(String name) {
    return (Double) value(name);
  }

  public String string(String name) {
    return (String) value(name);
  }

  /** The value of a STRINGS, empty when absent. */
  @SuppressWarnings("unchecked")
  public List<String> strings(String name) {
    return (List<String>) value(name);
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new NoSuchElementException("parameter " + name + " has neither value nor default");
    }
    return value;
  }

  private record Problem(String parameter, String message) {}

  private static List<Problem> problems(Feature feature, FeatureOffer offer) {
    List<Problem> problems = new ArrayList<>();
    Map<String, Object> given = feature.getParameters();
    List<String> known = offer.getParameters().stream().map(ParameterOffer::getName).toList();
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        String takes = known.isEmpty() ? "it takes none" : "it takes " + String.join(", ", known);
        problems.add(new Problem(name, "parameter '" + name + "' is unknown; " + takes));
      }
    }
    for (ParameterOffer parameter : offer.getParameters()) {
      String name = parameter.getName();
      Object value = given.get(name);
      if (value == null) {
        if (parameter.getRequired()) {
          problems.add(new Problem(name, "parameter '" + name + "' is required"));
        }
        continue;
      }
      Optional<Object> typed = typed(parameter.getType(), value);
      if (typed.isEmpty()) {
        problems.add(
            new Problem(name, "parameter '" + name + "' must be " + kind(parameter.getType())));
      } else {
        outOfRange(parameter, typed.get())
            .ifPresent(m -> problems.add(new Problem(name, "parameter '" + name + "' " + m)));
      }
    }
    return problems;
  }

  private static Optional<Object> typed(ParameterType type, Object value) {
    return Optional.ofNullable(
        switch (type) {
          case BOOLEAN -> value instanceof Boolean ? value : null;
          case INTEGER -> {
            if (value instanceof Long || value instanceof Integer) {
              yield ((Number) value).longValue();
            }
            // JSON has one kind of number, so 5.0 may well be meant as 5.
            yield value instanceof Double number && number == Math.rint(number) && inLong(number)
                ? (Object) number.longValue()
                : null;
          }
          case NUMBER ->
              value instanceof Number number && Double.isFinite(number.doubleValue())
                  ? (Object) number.doubleValue()
                  : null;
          case STRING -> value instanceof CharSequence ? value.toString() : null;
          case STRINGS ->
              value instanceof List<?> list
                      && list.stream().allMatch(CharSequence.class::isInstance)
                  ? list.stream().map(Object::toString).toList()
                  : null;
        });
  }

  private static boolean inLong(double number) {
    return Math.abs(number) < 0x1p53;
  }

  private static Object parsed(ParameterType type, String text) {
    return switch (type) {
      case BOOLEAN -> Boolean.valueOf(text);
      case INTEGER -> Long.valueOf(text);
      case NUMBER -> Double.valueOf(text);
      case STRING -> text;
      case STRINGS -> Arrays.stream(text.split(",")).map(String::strip).toList();
    };
  }

  private static String kind(ParameterType type) {
    return switch (type) {
      case BOOLEAN -> "true or false";
      case INTEGER -> "a whole number";
      case NUMBER -> "a number";
      case STRING -> "a string";
      case STRINGS -> "a list of strings";
    };
  }

  private static Optional<String> outOfRange(ParameterOffer parameter, Object value) {
    Double minimum = parameter.getMinimum();
    Double maximum = parameter.getMaximum();
    if (value instanceof List<?> list) {
      if (outside(list.size(), minimum, maximum)) {
        return Optional.of("must have " + range(minimum, maximum) + " strings");
      }
    } else if (value instanceof Number number && outside(number.doubleValue(), minimum, maximum)) {
      return Optional.of("must be " + range(minimum, maximum) + ", not " + number);
    }
    return Optional.empty();
  }

  private static boolean outside(double value, Double minimum, Double maximum) {
    return (minimum != null && value < minimum) || (maximum != null && value > maximum);
  }

  private static String range(Double minimum, Double maximum) {
    if (maximum == null) {
      return "at least " + plain(minimum);
    }
    return minimum == null ? "at most " + plain(maximum) : plain(minimum) + " to " + plain(maximum);
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
