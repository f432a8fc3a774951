package io.fanfold.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaddedTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0",
    "0, 10, 0000000000",
    "42, 10, 0000000042",
    "1234567890, 10, 1234567890",
    "9223372036854775807, 19, 9223372036854775807",
  })
  void zeros_stand_in_front(long number, int width, String text) {
    assertThat(Padded.of(number, width)).isEqualTo(text);
  }

  @Test
  void what_would_not_sort_is_refused() {
    assertThatThrownBy(() -> Padded.of(-1, 10)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Padded.of(100, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Padded.of(1, 20)).isInstanceOf(IllegalArgumentException.class);
  }
}
