package io.fanfold.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

  @ParameterizedTest
  @CsvSource({
    "https://example.com/hook?token=t, https://example.com/hook",
    "https://example.com?token=t, https://example.com",
    "https://example.com/a#b?c, https://example.com/a",
    "https://user:pw@example.com/a@b, https://example.com/a@b",
    "https://user@example.com, https://example.com",
    "https://example.com:8443/, https://example.com:8443/",
    "nonsense@x, nonsense@x"
  })
  void what_is_shown_of_a_receiver_has_no_query_and_no_user(String url, String shown) {
    var target = Jobs.target(url, Jobs.SECRET, null);

    assertThat(target.publicUrl()).isEqualTo(shown);
    assertThat(target).hasToString(shown);
  }
}
