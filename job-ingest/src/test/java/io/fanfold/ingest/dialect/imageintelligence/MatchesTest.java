package io.fanfold.ingest.dialect.imageintelligence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MatchesTest {

  @Test
  void bounds_are_milliseconds_and_neither_is_in() {
    assertThat(
            Matches.query(
                Map.of("customId", "a", "feedId", "b", "before", "1487648348001", "after", "0")))
        .containsEntry("customId", "a")
        .containsEntry("feedId", "b")
        .containsEntry("createdBefore", "2017-02-21T03:39:08.001Z")
        // A list's own first moment is in.
        .containsEntry("createdAfter", "1970-01-01T00:00:00.001Z");
  }

  @Test
  void what_is_not_asked_for_is_not_looked_for() {
    assertThat(Matches.query(Map.of("customId", "", "limit", "7"))).containsOnlyKeys("limit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1.5", "99999999999999", "2017-02-21"})
  void what_is_no_time_is_named(String text) {
    assertThatThrownBy(() -> Matches.query(Map.of("before", text)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().errors().get(0).field()).isEqualTo("before"));
  }

  @ParameterizedTest
  @CsvSource({
    "items[3].uri, images[3].url",
    "items[3].customId, images[3].customId",
    "items, images",
    "features[0].parameters.targets, target",
    "webhook.url, webhookUrl",
    "target.images, target.images"
  })
  void fields_are_called_as_the_client_knows_them(String ours, String theirs) {
    assertThat(Refusal.field(ours)).isEqualTo(theirs);
  }
}
