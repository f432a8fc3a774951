package io.fanfold.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fanfold.kit.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class CursorsTest {

  private final Cursors cursors = new Cursors("secret", at(Duration.ZERO));

  @Test
  void a_cursor_gives_back_its_position_in_the_same_list() {
    String cursor = cursors.encode("list", "position/1");

    assertThat(cursor).matches("[A-Za-z0-9_-]+");
    assertThat(cursors.decode("list", cursor, Cursors.KEPT)).isEqualTo("position/1");
  }

  @Test
  void a_cursor_of_another_list_or_another_installation_is_refused() {
    String cursor = cursors.encode("list", "1");

    assertRefused(cursors, "other", cursor);
    assertRefused(new Cursors("other", at(Duration.ZERO)), "list", cursor);
  }

  @Test
  void a_cursor_with_any_character_changed_is_refused() {
    String cursor = cursors.encode("list", "12");
    // The last character carries bits that are no part of the bytes.
    for (int i = 0; i < cursor.length() - 1; i++) {
      char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
      assertRefused(cursors, "list", cursor.substring(0, i) + other + cursor.substring(i + 1));
    }
    for (String odd : new String[] {"", "x", "%", "A".repeat(10_000)}) {
      assertRefused(cursors, "list", odd);
    }
  }

  @Test
  void an_old_cursor_is_refused() {
    String cursor = cursors.encode("list", "1");
    var later = new Cursors("secret", at(Cursors.KEPT.plusSeconds(1)));

    assertThat(new Cursors("secret", at(Cursors.KEPT)).decode("list", cursor, Cursors.KEPT))
        .isEqualTo("1");
    assertRefused(later, "list", cursor);
    assertThat(later.decode("list", cursor, Cursors.KEPT_LONG)).isEqualTo("1");
  }

  private static void assertRefused(Cursors cursors, String scope, String cursor) {
    assertThatThrownBy(() -> cursors.decode(scope, cursor, Cursors.KEPT))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().status()).isEqualTo(400);
              assertThat(e.problem().code()).isEqualTo("INVALID_CURSOR");
            });
  }

  private static Clock at(Duration later) {
    return Clock.fixed(Samples.T0.plus(later), ZoneOffset.UTC);
  }
}
