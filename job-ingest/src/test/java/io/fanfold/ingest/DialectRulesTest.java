package io.fanfold.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Problem.FieldError;
import io.fanfold.schemas.Dialect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DialectRulesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cognite | {} |",
        "a-1 | {\"k\": [1, null]} |",
        "Cognite | {} | dialect.name",
        "`` | {} | dialect.name",
        "a/b | {} | dialect.name",
        "cognite | [] | dialect.request",
        "cognite | {\"k\": 1} x | dialect.request",
        "cognite | {\"k\": 1, \"k\": 2} | dialect.request",
        "cognite | {\"k\": \"\\ud800\"} | dialect.request",
        "cognite | `` | dialect.request"
      })
  void a_dialect_has_a_plain_name_and_a_json_object(String name, String request, String field) {
    List<FieldError> errors = check(name, request);

    assertThat(errors)
        .extracting(FieldError::field)
        .isEqualTo(field == null ? List.of() : List.of(field));
  }

  @Test
  void a_request_is_short() {
    String head = "{\"k\":\"";
    String longest =
        "x".repeat(io.fanfold.ingest.dialect.Dialect.MAX_REQUEST_BYTES - head.length() - 2);

    assertThat(check("cognite", head + longest + "\"}")).isEmpty();
    assertThat(check("cognite", head + longest + "x\"}"))
        .extracting(FieldError::field)
        .containsExactly("dialect.request");
  }

  private static List<FieldError> check(String name, String request) {
    var errors = new ArrayList<FieldError>();
    DialectRules.check(new Dialect(name, request), errors);
    return errors;
  }
}
