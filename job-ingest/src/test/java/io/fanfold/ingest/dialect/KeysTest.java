package io.fanfold.ingest.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysTest {

  @Test
  void a_key_belongs_to_its_project() {
    Keys keys = Keys.parse("x.keys", new Password("red:one, blue:two:three"));

    assertThat(keys.project("one")).hasValue("red");
    assertThat(keys.project("two:three")).hasValue("blue");
    assertThat(keys.project("two")).isEmpty();
    assertThat(keys.project("")).isEmpty();
  }

  @Test
  void there_may_be_none() {
    assertThat(Keys.parse("x.keys", null).project("one")).isEmpty();
    assertThat(Keys.parse("x.keys", new Password(" ")).project("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret-text",
        "red:",
        ":secret-text",
        "re/d:secret-text",
        "a:secret-text,b:secret-text"
      })
  void what_is_no_pair_is_refused_without_repeating_it(String pairs) {
    assertThatThrownBy(() -> Keys.parse("x.keys", new Password(pairs)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("x.keys")
        .hasMessageNotContaining("secret-text");
  }
}
