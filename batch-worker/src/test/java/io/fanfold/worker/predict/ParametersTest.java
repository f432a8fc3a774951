package io.fanfold.worker.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fanfold.schemas.FailureCode;
import io.fanfold.schemas.Feature;
import io.fanfold.schemas.FeatureOffer;
import io.fanfold.schemas.ParameterOffer;
import io.fanfold.schemas.ParameterType;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ParametersTest {
  private static final FeatureOffer OFFER =
      FeatureOffer.newBuilder()
          .setName("Guess")
          .setDescription("Guesses")
          .setModel("dice")
          .setModelVersion("6")
          .setMediaTypes(List.of("*/*"))
          .setParameters(
              List.of(
                  parameter("sides", ParameterType.INTEGER, "6", 2.0, 20.0),
                  parameter("bias", ParameterType.NUMBER, "0.5", 0.0, 1.0),
                  parameter("loud", ParameterType.BOOLEAN, "true", null, null),
                  parameter("name", ParameterType.STRING, null, null, null),
                  parameter("tags", ParameterType.STRINGS, null, null, 2.0)))
          .build();

  @Test
  void absent_parameters_have_their_defaults() throws Exception {
    Parameters parameters = Parameters.defaults(OFFER);

    assertThat(parameters.integer("sides")).isEqualTo(6);
    assertThat(parameters.number("bias")).isEqualTo(0.5);
    assertThat(parameters.bool("loud")).isTrue();
    assertThat(parameters.strings("tags")).isEmpty();
    assertThat(parameters.has("name")).isFalse();
    assertThatThrownBy(() -> parameters.string("name"))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("name");
  }

  @Test
  void given_parameters_are_typed() throws Exception {
    Parameters parameters =
        Parameters.of(
            feature(
                Map.of(
                    "sides", 20.0, "bias", 1L, "loud", false, "name", "x", "tags", List.of("a"))),
            OFFER);

    assertThat(parameters.integer("sides")).isEqualTo(20);
    assertThat(parameters.number("bias")).isEqualTo(1);
    assertThat(parameters.bool("loud")).isFalse();
    assertThat(parameters.string("name")).isEqualTo("x");
    assertThat(parameters.strings("tags")).containsExactly("a");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_names_its_parameter(String name, Object value, String message) {
    Feature feature = feature(Map.of(name, value));

    InvalidParameterException thrown =
        catchThrowableOfType(InvalidParameterException.class, () -> Parameters.of(feature, OFFER));

    assertThat(thrown.parameter()).isEqualTo(name);
    assertThat(thrown.code()).isEqualTo(FailureCode.INVALID_ITEM);
    assertThat(thrown).hasMessage("Guess: parameter '" + name + "' " + message);
    assertThat(Parameters.check(feature, OFFER))
        .containsExactly("parameter '" + name + "' " + message);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("sides", 1L, "must be 2 to 20, not 1"),
        Arguments.of("sides", 2.5, "must be a whole number"),
        Arguments.of("sides", "six", "must be a whole number"),
        Arguments.of("bias", 1.01, "must be 0 to 1, not 1.01"),
        Arguments.of("bias", Double.NaN, "must be a number"),
        Arguments.of("loud", "true", "must be true or false"),
        Arguments.of("name", 5L, "must be a string"),
        Arguments.of("tags", List.of("a", "b", "c"), "must have at most 2 strings"),
        Arguments.of("tags", "a", "must be a list of strings"),
        Arguments.of("side", 5L, "is unknown; it takes sides, bias, loud, name, tags"));
  }

  @Test
  void all_mistakes_are_told_at_once() {
    assertThat(Parameters.check(feature(Map.of("sides", 1L, "bias", 2L)), OFFER)).hasSize(2);
    assertThat(Parameters.check(feature(Map.of()), OFFER)).isEmpty();
  }

  private static Feature feature(Map<String, Object> parameters) {
    return new Feature("Guess", parameters);
  }

  private static ParameterOffer parameter(
      String name, ParameterType type, String value, Double minimum, Double maximum) {
    return new ParameterOffer(name, type, "", false, value, minimum, maximum);
  }
}
