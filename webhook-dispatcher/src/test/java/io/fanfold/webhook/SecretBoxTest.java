package io.fanfold.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretBoxTest {

  private static final String OLD = key(1);
  private static final String NEW = key(2);
  private static final String CONTEXT = "p/ep_1/key_1";

  private final SecretBox box = box(OLD);

  @Test
  void what_is_sealed_opens_in_its_context_and_in_no_other() {
    byte[] sealed = box.seal("whsec_ä", CONTEXT);

    assertThat(box.open(sealed, CONTEXT)).isEqualTo("whsec_ä");
    assertThatThrownBy(() -> box.open(sealed, "p/ep_2/key_1"))
        .isInstanceOf(SecretBox.UnopenableException.class);
  }

  @Test
  void sealed_secrets_show_nothing_and_are_never_the_same() {
    byte[] one = box.seal("whsec_secret", CONTEXT);

    assertThat(new String(one, ISO_8859_1)).doesNotContain("secret", "whsec");
    assertThat(box.seal("whsec_secret", CONTEXT)).isNotEqualTo(one);
    assertThat(box).hasToString("SecretBox[1 keys]");
  }

  @Test
  void a_new_key_in_front_seals_and_the_old_one_still_opens() {
    byte[] before = box.seal("s", CONTEXT);
    SecretBox both = box(NEW, OLD);
    byte[] after = both.seal("s", CONTEXT);

    assertThat(both.open(before, CONTEXT)).isEqualTo("s");
    assertThat(both.open(after, CONTEXT)).isEqualTo("s");
    assertThat(box(NEW).open(after, CONTEXT)).isEqualTo("s");
    assertThatThrownBy(() -> box.open(after, CONTEXT))
        .isInstanceOf(SecretBox.UnopenableException.class)
        .hasMessageContaining("webhook.master.keys");
  }

  @Test
  void whatever_byte_is_changed_it_does_not_open() {
    byte[] sealed = box.seal("whsec_secret", CONTEXT);
    Random random = Seed.random(this);
    for (int at = 0; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> box.open(changed, CONTEXT))
          .as("byte %d", at)
          .isInstanceOf(SecretBox.UnopenableException.class)
          .message()
          .doesNotContain("secret_");
    }
    assertThatThrownBy(() -> box.open(new byte[3], CONTEXT))
        .isInstanceOf(SecretBox.UnopenableException.class);
  }

  @Test
  void without_a_master_key_nothing_is_sealed() {
    SecretBox none = box();

    assertThat(none.canSeal()).isFalse();
    assertThatThrownBy(() -> none.seal("s", CONTEXT)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "c2hvcnQ=", "!!!!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="})
  void a_master_key_that_is_none_is_refused_without_being_repeated(String key) {
    assertThatThrownBy(() -> box(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a master key must be the base64 of 32 bytes")
        .hasNoCause();
  }

  private static SecretBox box(String... keys) {
    return new SecretBox(List.of(keys), new SecureRandom());
  }

  private static String key(int seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
