package io.fanfold.ingest.dialect.deepva;

import static io.fanfold.ingest.dialect.Shapes.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.fanfold.kit.Problem;
import io.fanfold.kit.Problem.FieldError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RefusalTest {

  @ParameterizedTest
  @CsvSource({
    "items[3].uri, sources[3]",
    "items, sources",
    "features[0].name, modules",
    "ttlSeconds, ttl",
    "webhook.url, webhook.callback",
    "tag, tag",
    "modules.face_recognition, modules.face_recognition"
  })
  void fields_are_called_as_the_client_knows_them(String ours, String theirs) {
    assertThat(Refusal.field(ours)).isEqualTo(theirs);
  }

  @Test
  void a_refusal_names_every_field() {
    var problem =
        Problem.invalid(
            List.of(
                new FieldError("items[0].uri", "is required"),
                new FieldError("ttlSeconds", "must be more")));

    assertThat(Refusal.json(problem))
        .isEqualTo(
            json(
                """
                {'detail': 'sources[0] is required (and 1 more)', 'code': 'INVALID_REQUEST',
                 'errors': [{'field': 'sources[0]', 'message': 'is required'},
                            {'field': 'ttl', 'message': 'must be more'}]}
                """));
  }

  @Test
  void what_is_no_fields_fault_says_what_it_is() {
    assertThat(Refusal.json(Problem.notFound("There is no such job")).get("detail").asText())
        .isEqualTo("There is no such job");
  }
}
