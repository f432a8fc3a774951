package io.fanfold.kit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "X-Api-Key", "x_1", "Cookie", "Accept", "hosting"})
  void a_header_of_ones_own_may_be_set(String name) {
    assertThat(HeaderRules.check(Map.of(name, "Bearer abc=="))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "content-length",
        "Content-Type",
        "CONTENT-ENCODING",
        "Connection",
        "Keep-Alive",
        "Transfer-Encoding",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "User-Agent",
        "webhook-id",
        "Webhook-Signature",
        "Proxy-Authorization"
      })
  void what_is_ours_may_not(String name) {
    assertThat(HeaderRules.check(Map.of(name, "x"))).containsExactly(name + " cannot be set");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a:b", "a\r\nb", "a\0", "ä", "a\tb", "(a)"})
  void a_name_is_a_token(String name) {
    assertThat(HeaderRules.check(Map.of(name, "x")))
        .containsExactly("a header's name is not 1 to 64 letters, digits or hyphens");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "ä", "\u007f", "\u0085", " a", "a\t"})
  void a_value_cannot_become_another_header(String value) {
    assertThat(HeaderRules.check(Map.of("X-A", value)))
        .containsExactly("X-A has a character other than printable ASCII, or a space at an end");
  }

  @Test
  void values_are_not_repeated_in_messages() {
    assertThat(HeaderRules.check(Map.of("X-A", "secret\n", "Host", "secret")))
        .hasSize(2)
        .noneMatch(problem -> problem.contains("secret"));
  }

  @Test
  void one_name_in_two_spellings_is_there_twice() {
    assertThat(HeaderRules.check(Map.of("X-A", "1", "x-a", "2")))
        .containsExactly("x-a is there twice");
  }

  @Test
  void there_are_not_too_many_nor_too_long_ones() {
    var many = new HashMap<String, String>();
    for (int i = 0; i < 20; i++) {
      many.put("X-" + i, "1");
    }
    assertThat(HeaderRules.check(many)).isEmpty();
    many.put("X-20", "1");
    assertThat(HeaderRules.check(many)).containsExactly("more than 20 headers");

    assertThat(HeaderRules.check(Map.of("X", "a".repeat(4_095)))).isEmpty();
    assertThat(HeaderRules.check(Map.of("X", "a".repeat(4_096))))
        .containsExactly("longer than 4096 characters in all");
    assertThat(HeaderRules.check(Map.of("X".repeat(64), "a"))).isEmpty();
    assertThat(HeaderRules.check(Map.of("X".repeat(65), "a"))).hasSize(1);
  }
}
