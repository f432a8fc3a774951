package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Problem.FieldError;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProblemTest {

  @Test
  void the_detail_is_the_first_error_and_how_many_there_are_more() {
    var one = new FieldError("items[3].uri", "is required");

    assertThat(Problem.invalid(List.of(one)).detail()).isEqualTo("items[3].uri is required");
    assertThat(Problem.invalid(List.of(one, one, one)).detail())
        .isEqualTo("items[3].uri is required (and 2 more)");
    assertThat(Problem.invalid(List.of(new FieldError("", "must be an object"))).detail())
        .isEqualTo("must be an object");
  }

  @Test
  void a_problem_without_errors_does_not_mention_them() throws Exception {
    assertThat(Json.MAPPER.readTree(Problem.notFound("no").json()).fieldNames())
        .toIterable()
        .containsExactly("type", "title", "status", "detail", "code");
  }

  @Test
  void a_long_field_is_cut_between_characters() {
    for (String start : List.of("", "x")) {
      var error = new FieldError(start + "\uD83D\uDE00".repeat(10_000), "is not a known field");

      assertThat(error.field()).hasSizeLessThan(140).endsWith("...");
      assertThat(Problem.invalid(List.of(error)).json()).isNotEmpty();
    }
    assertThat(new FieldError("x".repeat(128), "").field()).hasSize(128);
  }
}
